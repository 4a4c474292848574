import { EngineError, type OutgoingMessage, parseJid } from '@switchboard/engine'
import { createSenderKey, distributionMessage, groupEncrypt } from '@switchboard/signal'
import { stanzaMarks } from '../content/stanza-marks.ts'
import { padMessage } from '../proto/padding.ts'
import { senderKeyDistribution } from '../proto/sender-key-distribution.ts'
import type { SessionContext } from '../session/session-context.ts'
import type { KnownGroup } from '../shared/shared-caches.ts'
import { senderKeyName } from '../signal/device-ratchets.ts'
import type { RatchetSteps } from '../signal/ratchet-steps.ts'
import type { DeviceDirectory } from './device-directory.ts'
import { type Ciphertext, type DeviceTarget, encryptForAll } from './encrypt-for-devices.ts'
import type { GroupDirectory } from './group-directory.ts'
import { identityForNewSessions, participantsNode } from './message-stanza.ts'
import { participantHash } from './participant-hash.ts'
import { withBundles } from './prepare-direct.ts'
import type { PreparedSend } from './prepared-send.ts'
import { inWordsOf } from './words-of-chat.ts'

interface Services {
  readonly context: SessionContext
  readonly directory: DeviceDirectory
  readonly groups: GroupDirectory
}

/** Prepares a message to a group: one ciphertext for all, and our sender key for the devices that lack it. @throws EngineError */
export async function prepareGroup(message: OutgoingMessage, services: Services): Promise<PreparedSend> {
  const { context, directory, groups } = services
  const group = await groups.find(message.chat)
  const { bytes, content } = await inWordsOf({ chat: message.chat, group }, message.message, context)
  const marks = stanzaMarks(content)
  const { devices, learned } = await directory.devicesOf(group.members)
  const own = ownDevice(group, context)
  const { others, hash } = audienceOf(devices, own)
  const name = senderKeyName(message.chat, await context.signal.address(own))
  const lacking = await context.signal.locked([], (steps) =>
    lackingDevices({ group: message.chat, name, others }, steps),
  )
  const targets = await withBundles(lacking, context)
  return {
    id: message.id,
    to: message.chat,
    locks: [name, ...targets.map(({ address }) => address)],
    hash,
    stale: () => groups.forget(message.chat),
    learned,
    isDirect: false,
    async encrypt(steps) {
      const distributed = await distribute({ group: message.chat, name, others, targets }, steps, context)
      const step = groupEncrypt((await steps.senderKey(name))!, padMessage(bytes))
      steps.setSenderKey(name, step.record)
      return {
        tag: 'message',
        attrs: {
          id: message.id,
          to: message.chat,
          ...marks.attrs,
          phash: hash,
          addressing_mode: group.addressing,
          // Seen in: baileys messages-send.js.
          ...(group.timerSeconds > 0 ? { expiration: String(group.timerSeconds) } : {}),
        },
        content: [
          ...participantsNode(distributed, {}),
          { tag: 'enc', attrs: { v: '2', type: 'skmsg', ...marks.enc }, content: step.ciphertext },
          ...identityForNewSessions(distributed, context),
          ...marks.nodes,
        ],
      }
    },
  }
}

interface Audience {
  readonly others: readonly string[]
  readonly hash: string
}

/** By the devices of a group, which stay the same list while nothing changes: for hundreds of members this is most of what a text costs. */
const audiences = new WeakMap<readonly string[], Audience>()

function audienceOf(devices: readonly string[], own: string): Audience {
  const known = audiences.get(devices)
  if (known) return known
  const made = { others: devices.filter((jid) => jid !== own), hash: participantHash(devices) }
  audiences.set(devices, made)
  return made
}

/** Those who hold our sender key, and the devices for which that was found to be exactly right. */
const agreeing = new WeakMap<ReadonlySet<string>, readonly string[]>()

/** This device's address of the kind that the group uses. */
export function ownDevice({ addressing }: KnownGroup, { creds }: SessionContext): string {
  const device = parseJid(creds.me?.id ?? '')?.device
  const account = parseJid((addressing === 'lid' ? creds.me?.lid : undefined) ?? creds.me?.id ?? '')
  if (!account || !device) throw new EngineError('not_connected', 'the device has no address')
  return `${account.user}:${device}@${account.server}`
}

// When a device has left, a new key is made, and then nobody has it.
async function lackingDevices(
  { group, name, others }: Omit<Distribution, 'targets'>,
  steps: RatchetSteps,
): Promise<string[]> {
  const holders = await steps.keyHolders(group, name)
  if (hasLeft(holders, others)) return [...others]
  const lacking = agreeing.get(holders) === others ? [] : others.filter((jid) => !holders.has(jid))
  if (lacking.length === 0) agreeing.set(holders, others)
  return lacking
}

const hasLeft = (holders: ReadonlySet<string>, others: readonly string[]): boolean => {
  if (agreeing.get(holders) === others) return false
  const present = new Set(others)
  return [...holders].some((jid) => !present.has(jid))
}

interface Distribution {
  readonly group: string
  readonly name: string
  readonly others: readonly string[]
  readonly targets: readonly DeviceTarget[]
}

/** Our sender key, encrypted for each device that lacks it. A message before this one may have done it already. */
async function distribute(
  { group, name, others, targets }: Distribution,
  steps: RatchetSteps,
  context: SessionContext,
): Promise<Ciphertext[]> {
  let holders = await steps.keyHolders(group, name)
  const known = await steps.senderKey(name)
  if (!known || hasLeft(holders, others)) {
    steps.setSenderKey(name, createSenderKey())
    holders = new Set()
  }
  const lacking = targets.filter(({ jid }) => !holders.has(jid))
  if (lacking.length === 0) return []
  const key = distributionMessage((await steps.senderKey(name))!)
  const sent = await encryptForAll(lacking, padMessage(senderKeyDistribution(group, key)), steps, context)
  steps.setKeyHolders(group, new Set([...holders, ...sent.map(({ jid }) => jid)]))
  return sent
}
