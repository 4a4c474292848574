import { setImmediate as nextTurn } from 'node:timers/promises'
import { bareJid, EngineError, type OutgoingMessage, parseJid, statusJid } from '@switchboard/engine'
import { EncodedNodes } from '@switchboard/link'
import { createSenderKey, distributionMessage, groupEncrypt } from '@switchboard/signal'
import { type MessageMarks, stanzaMarks } from '../content/stanza-marks.ts'
import { padMessage } from '../proto/padding.ts'
import { senderKeyDistribution } from '../proto/sender-key-distribution.ts'
import type { SessionContext } from '../session/session-context.ts'
import { senderKeyName } from '../signal/device-ratchets.ts'
import { type DeviceDirectory, maxAsked } from './device-directory.ts'
import { type Ciphertext, type DeviceTarget, encryptForAll } from './encrypt-for-devices.ts'
import type { GroupDirectory } from './group-directory.ts'
import { identityForNewSessions, participantNode, participantsNode } from './message-stanza.ts'
import { participantHash } from './participant-hash.ts'
import { withBundles } from './prepare-direct.ts'
import { ownDevice } from './prepare-group.ts'
import type { PreparedSend } from './prepared-send.ts'
import { inWordsOf } from './words-of-chat.ts'

interface Services {
  readonly context: SessionContext
  readonly directory: DeviceDirectory
  readonly groups: GroupDirectory
}

/** Devices for which prekey bundles are asked together. */
const bundlesAtOnce = 128
/** Devices with their ratchets locked at once: a message to one of them waits as long. */
const devicesLocked = 32

/**
 * Prepares a status post: like a message to a group, but the stanza names everybody who gets it, each with our sender key, because the server
 * knows the audience by nothing else (seen in: whatsmeow broadcast.go and send.go `sendGroup`). The keys are encrypted before the post has its turn, a few
 * at a time and each time durably. @throws EngineError
 */
export async function prepareStatus(message: OutgoingMessage, services: Services): Promise<PreparedSend> {
  const { context, directory, groups } = services
  if (!message.audience) throw new EngineError('invalid_argument', 'a status needs an audience')
  const group = await groups.find(statusJid)
  const { bytes, content } = await inWordsOf({ chat: statusJid, group }, message.message, context)
  const marks = stanzaMarks(content)
  const { people, devices } = await readersOf(message.audience, services)
  const own = ownDevice(group, context)
  const others = devices.filter((jid) => jid !== own)
  const hash = participantHash(devices)
  const base = { id: message.id, to: statusJid, hash, learned: [], isDirect: false } as const
  const stale = () => void forgetAll(people, directory)
  if (marks.attrs.type === 'reaction') {
    const targets = await withBundles(others, context)
    return { ...base, stale, ...directly(message.id, bytes, marks, targets, context) }
  }
  const name = senderKeyName(statusJid, await context.signal.address(own))
  const key = await ownKey(name, others, context)
  const { reached, participants } = await distribute(key, others, context)
  return {
    ...base,
    stale,
    locks: [name],
    async encrypt(steps) {
      const step = groupEncrypt((await steps.senderKey(name))!, padMessage(bytes))
      steps.setSenderKey(name, step.record)
      const holders = await steps.keyHolders(statusJid, name)
      // For thousands of people it is a large record: it is written when it changes.
      if (reached.some(({ jid }) => !holders.has(jid))) {
        steps.setKeyHolders(statusJid, new Set([...holders, ...reached.map(({ jid }) => jid)]))
      }
      return {
        tag: 'message',
        attrs: { id: message.id, to: statusJid, ...marks.attrs, phash: hash },
        content: [
          ...(reached.length > 0 ? [{ tag: 'participants', attrs: {}, content: participants }] : []),
          { tag: 'enc', attrs: { v: '2', type: 'skmsg', ...marks.enc }, content: step.ciphertext },
          ...identityForNewSessions(reached, context),
          ...marks.nodes,
        ],
      }
    },
  }
}

/** A reaction is for its author alone: each of the devices gets the whole of it by itself, and the sender key stays as it is. Seen in: WhatsApp Web,
 *  WAWebSendStatusReactionAction and `encryptAndSendStatusDirectMsg`. */
function directly(
  id: string,
  bytes: Uint8Array,
  marks: MessageMarks,
  targets: readonly DeviceTarget[],
  context: SessionContext,
): Pick<PreparedSend, 'locks' | 'encrypt'> {
  return {
    locks: targets.map(({ address }) => address),
    async encrypt(steps) {
      const every = await encryptForAll(targets, padMessage(bytes), steps, context)
      if (every.length === 0) return undefined
      const content = [...participantsNode(every, marks.enc), ...identityForNewSessions(every, context), ...marks.nodes]
      return { tag: 'message', attrs: { id, to: statusJid, ...marks.attrs }, content }
    },
  }
}

interface Readers {
  readonly people: readonly string[]
  readonly devices: readonly string[]
}

/** The audience and the own account, each once and by LID where that is known: one post names people in one way. Some of them at a time. */
async function readersOf(audience: readonly string[], { context, directory }: Services): Promise<Readers> {
  const me = context.creds.me
  const all = [...new Set([bareJid(me?.lid ?? me?.id ?? ''), ...audience])]
  const people = new Set<string>()
  const devices: string[] = []
  for (let from = 0; from < all.length; from += maxAsked) {
    const some = all.slice(from, from + maxAsked)
    // What is asked about numbers brings their LIDs along.
    const { learned } = await directory.devicesOf(some)
    await context.store.save(learned)
    const named = await Promise.all(some.map((jid) => asLid(jid, context)))
    const fresh = [...new Set(named)].filter((jid) => !people.has(jid))
    const found = await directory.devicesOf(fresh)
    await context.store.save(found.learned)
    for (const jid of fresh) people.add(jid)
    devices.push(...found.devices)
    await nextTurn()
  }
  return { people: [...people], devices }
}

async function asLid(jid: string, { signal }: SessionContext): Promise<string> {
  const parsed = parseJid(jid)
  const lid = parsed?.server === 's.whatsapp.net' ? await signal.book.lidOf(parsed.user) : undefined
  return lid ? `${lid}@lid` : jid
}

/** Our sender key as others need it. A new one is made when somebody has it who must not read this post. */
function ownKey(name: string, others: readonly string[], { signal, store }: SessionContext): Promise<Uint8Array> {
  return signal.locked([name], async (steps) => {
    const holders = await steps.keyHolders(statusJid, name)
    const readers = new Set(others)
    const known = await steps.senderKey(name)
    if (!known || [...holders].some((jid) => !readers.has(jid))) {
      steps.setSenderKey(name, createSenderKey())
      steps.setKeyHolders(statusJid, new Set())
      await steps.commit((writes) => store.save(writes))
    }
    return distributionMessage((await steps.senderKey(name))!)
  })
}

interface Distributed {
  readonly reached: readonly Pick<Ciphertext, 'jid' | 'type'>[]
  /** The key for each of them, encoded: a stanza with thousands of them is not made in one go. */
  readonly participants: EncodedNodes
}

async function distribute(key: Uint8Array, others: readonly string[], context: SessionContext): Promise<Distributed> {
  const { signal, store } = context
  const plaintext = padMessage(senderKeyDistribution(statusJid, key))
  const reached: Pick<Ciphertext, 'jid' | 'type'>[] = []
  const participants = new EncodedNodes()
  for (let from = 0; from < others.length; from += bundlesAtOnce) {
    const targets = await withBundles(others.slice(from, from + bundlesAtOnce), context)
    for (let at = 0; at < targets.length; at += devicesLocked) {
      const turn = targets.slice(at, at + devicesLocked)
      const sent = await signal.locked(
        turn.map(({ address }) => address),
        async (steps) => {
          const encrypted = await encryptForAll(turn, plaintext, steps, context)
          await steps.commit((writes) => store.save(writes))
          return encrypted
        },
      )
      participants.add(sent.map((one) => participantNode(one, {})))
      for (const { jid, type } of sent) reached.push({ jid, type })
      await nextTurn()
    }
  }
  return { reached, participants }
}

async function forgetAll(people: readonly string[], directory: DeviceDirectory): Promise<void> {
  for (const jid of people) await directory.forget(jid)
}
