import { type OutgoingMessage, parseJid } from '@switchboard/engine'
import { stanzaMarks } from '../content/stanza-marks.ts'
import { wrapDeviceSent } from '../proto/device-sent.ts'
import { padMessage } from '../proto/padding.ts'
import type { SessionContext } from '../session/session-context.ts'
import type { DeviceDirectory } from './device-directory.ts'
import { type DeviceTarget, encryptForAll } from './encrypt-for-devices.ts'
import { identityForNewSessions, participantsNode } from './message-stanza.ts'
import { participantHash } from './participant-hash.ts'
import { fetchBundles } from './pre-key-bundles.ts'
import type { PreparedSend } from './prepared-send.ts'
import type { PrivacyTokens } from './privacy-tokens.ts'
import { inWordsOf } from './words-of-chat.ts'

interface Services {
  readonly context: SessionContext
  readonly directory: DeviceDirectory
  readonly tokens: PrivacyTokens
}

/** Prepares a message to one person. @throws EngineError `not_on_whatsapp`, `invalid_argument` */
export async function prepareDirect(message: OutgoingMessage, services: Services): Promise<PreparedSend> {
  const { context, directory, tokens } = services
  const { to, recipients, own, all, learned } = await directory.destination(message.chat)
  const { bytes, content } = await inWordsOf({ chat: to }, message.message, context)
  const marks = stanzaMarks(content)
  const targets = await withBundles([...recipients, ...own], context)
  const number = await numberOf(to, context)
  const [plaintext, copy] = [padMessage(bytes), padMessage(wrapDeviceSent(to, bytes))]
  return {
    id: message.id,
    to,
    locks: targets.map(({ address }) => address),
    hash: participantHash(all),
    stale: () => void forget([to, ...own], directory, context),
    learned,
    isDirect: true,
    async encrypt(steps) {
      const sent = await encryptForAll(targets.slice(0, recipients.length), plaintext, steps, context)
      // A message to oneself has no other recipients than the own devices.
      if (sent.length === 0 && recipients.length > 0) return undefined
      const copies = await encryptForAll(targets.slice(recipients.length), copy, steps, context)
      const every = [...sent, ...copies]
      if (every.length === 0) return undefined
      const parts = [
        ...participantsNode(every, marks.enc),
        ...identityForNewSessions(every, context),
        ...marks.nodes,
        ...(recipients.length > 0 ? await tokens.proofFor(to) : []),
      ]
      return { tag: 'message', attrs: { id: message.id, to, ...number, ...marks.attrs }, content: parts }
    },
  }
}

/** A message to a LID also names the number, where it is known. Seen in: whatsmeow send.go `SendMessage`, zapo. */
async function numberOf(to: string, { signal }: SessionContext): Promise<{ readonly peer_recipient_pn?: string }> {
  const parsed = parseJid(to)
  const phone = parsed?.server === 'lid' ? await signal.book.phoneOf(parsed.user) : undefined
  return phone ? { peer_recipient_pn: `${phone}@s.whatsapp.net` } : {}
}

async function forget(jids: readonly string[], directory: DeviceDirectory, { creds }: SessionContext): Promise<void> {
  for (const jid of [...jids, creds.me?.id ?? '', creds.me?.lid ?? '']) await directory.forget(jid)
}

/** Devices as targets; those without an open session get a bundle if the server has one. */
export async function withBundles(jids: readonly string[], context: SessionContext): Promise<DeviceTarget[]> {
  const { signal, wire } = context
  const addressed = await Promise.all(jids.map(async (jid) => ({ jid, address: await signal.address(jid) })))
  // Only a look: under the locks it is looked at again.
  const missing = await signal.locked([], async (steps) => {
    await steps.readAhead(addressed.map(({ address }) => address))
    const isOpen = await Promise.all(addressed.map(({ address }) => steps.isOpen(address)))
    return addressed.filter((_, index) => !isOpen[index]).map(({ jid }) => jid)
  })
  const bundles = await fetchBundles(wire, missing)
  return addressed.map((target) => ({ ...target, bundle: bundles.get(target.jid) }))
}
