import type { CredentialWrite, OutgoingMessage } from '@switchboard/engine'
import { hasOpenSession } from '@switchboard/signal'
import { proto } from 'baileys'
import type { SessionContext } from '../link/session-context.ts'
import { wrapDeviceSent } from '../proto/device-sent.ts'
import { padMessage } from '../proto/padding.ts'
import { mediaType, stanzaType } from '../proto/stanza-type.ts'
import type { DeviceDirectory } from './device-directory.ts'
import type { DeviceTarget } from './encrypt-for-devices.ts'
import { participantHash } from './participant-hash.ts'
import { fetchBundles } from './pre-key-bundles.ts'

/** Everything a send needs from the network, fetched before its turn in the order of sends comes. */
export interface PreparedSend {
  readonly id: string
  readonly to: string
  readonly type: string
  readonly encAttrs: Record<string, string>
  readonly recipients: readonly DeviceTarget[]
  readonly own: readonly DeviceTarget[]
  /** Padded. */
  readonly plaintext: Uint8Array
  /** Padded, in the wrapper for own devices. */
  readonly ownPlaintext: Uint8Array
  /** Of all devices as we know them; the server answers with its own when it knows others. */
  readonly hash: string
  readonly learned: readonly CredentialWrite[]
}

/** Resolves the chat and fetches what is missing. @throws EngineError */
export async function prepareSend(
  message: OutgoingMessage,
  directory: DeviceDirectory,
  context: SessionContext,
): Promise<PreparedSend> {
  const content = proto.Message.decode(message.message)
  const { to, recipients, own, all, learned } = await directory.destination(message.chat)
  const targets = await withBundles([...recipients, ...own], context)
  const media = mediaType(content)
  return {
    id: message.id,
    to,
    type: stanzaType(content),
    encAttrs: media ? { mediatype: media } : {},
    recipients: targets.slice(0, recipients.length),
    own: targets.slice(recipients.length),
    plaintext: padMessage(message.message),
    ownPlaintext: padMessage(wrapDeviceSent(to, message.message)),
    hash: participantHash(all),
    learned,
  }
}

/** Devices as targets; those without an open session get a bundle if the server has one. */
export async function withBundles(jids: readonly string[], context: SessionContext): Promise<DeviceTarget[]> {
  const { signal, wire } = context
  const addressed = await Promise.all(jids.map(async (jid) => ({ jid, address: await signal.address(jid) })))
  // Only a look: under the locks it is looked at again.
  const missing = await signal.locked([], async (steps) => {
    const found = await Promise.all(addressed.map(({ address }) => steps.session(address)))
    return addressed.filter((_, index) => !found[index] || !hasOpenSession(found[index])).map(({ jid }) => jid)
  })
  const bundles = await fetchBundles(wire, missing)
  return addressed.map((target) => ({ ...target, bundle: bundles.get(target.jid) }))
}
