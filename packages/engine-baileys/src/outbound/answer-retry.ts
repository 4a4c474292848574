import { bareJid, parseJid } from '@switchboard/engine'
import { archiveSession, hasOpenSession, startSession } from '@switchboard/signal'
import { type BinaryNode, encodeSignedDeviceIdentity, proto } from 'baileys'
import { sendAck } from '../inbound/acknowledge.ts'
import { addressOf, isOwn, ownAccount } from '../inbound/message-envelope.ts'
import type { SessionContext } from '../link/session-context.ts'
import { wrapDeviceSent } from '../proto/device-sent.ts'
import { padMessage } from '../proto/padding.ts'
import { mediaType, stanzaType } from '../proto/stanza-type.ts'
import { childNumber, childOf, receiptIds } from '../wire/nodes.ts'
import type { DeviceDirectory } from './device-directory.ts'
import { encNode, encryptFor } from './encrypt-for-devices.ts'
import { fetchBundles, readBundle } from './pre-key-bundles.ts'

/** As often as other clients answer (seen in: whatsmeow retry.go, baileys `maxMsgRetryCount`). */
const maxAnswers = 5

/** Sends a message again to the one device that could not decrypt it, then acknowledges its request. */
export async function answerRetry(
  node: BinaryNode,
  directory: DeviceDirectory,
  context: SessionContext,
): Promise<void> {
  const device = node.attrs['participant'] ?? node.attrs['from'] ?? ''
  for (const id of receiptIds(node)) {
    const key = `${context.serial}|out|${id}|${device}`
    const answered = context.caches.retries.get(key) ?? 0
    if (answered >= maxAnswers) continue
    context.caches.retries.set(key, answered + 1)
    await resend(node, device, id, context)
  }
  // The device may be one we did not know of.
  await directory.forget(device)
  await sendAck(node, context)
}

async function resend(node: BinaryNode, device: string, id: string, context: SessionContext): Promise<void> {
  const chat = node.attrs['recipient'] ?? bareJid(node.attrs['from'] ?? '')
  const message = await sentMessage(chat, id, context)
  if (!message) return
  const own = isOwn(parseJid(device), ownAccount(context.creds.me))
  const plaintext = padMessage(own ? wrapDeviceSent(chat, message) : message)
  const address = await context.signal.address(device)
  const bundle = readBundle(childOf(node, 'keys'), node) ?? (await fetchBundles(context.wire, [device])).get(device)
  const fresh = childOf(node, 'keys') !== undefined || (await isStale(node, address, context))
  await context.signal.locked([address], async (steps) => {
    const known = await steps.session(address)
    // With keys comes the wish for a new session: the old one is what failed.
    if (fresh && bundle) steps.setSession(address, startSession(context.signal.local, bundle, known))
    else if (fresh && known) steps.setSession(address, archiveSession(known))
    const encrypted = await encryptFor({ jid: device, address, bundle }, plaintext, steps, context)
    if (!encrypted) return
    await steps.commit((writes) => context.store.save(writes))
    const count = childOf(node, 'retry')?.attrs['count'] ?? '1'
    const target = { device, id, chat, own, count }
    await context.wire.send(resendNode(target, message, encNode(encrypted, { count }), encrypted.type, context))
  })
}

async function sentMessage(
  chat: string,
  id: string,
  { host, signal }: SessionContext,
): Promise<Uint8Array | undefined> {
  const { jid, lid } = await addressOf(chat, undefined, signal.book)
  return (await host.sentMessage(jid, id)) ?? (lid ? host.sentMessage(lid, id) : undefined)
}

// A device that was set up anew has another registration id; its old session is of no use.
async function isStale(node: BinaryNode, address: string, { signal }: SessionContext): Promise<boolean> {
  const theirs = childNumber(node, 'registration')
  const known = await signal.locked([], (steps) => steps.session(address))
  if (!known || !hasOpenSession(known)) return true
  return theirs !== undefined && theirs !== known.current?.remoteRegistrationId
}

interface Target {
  readonly device: string
  readonly id: string
  readonly chat: string
  readonly own: boolean
  readonly count: string
}

// Seen in: baileys messages-send.js (`participant`), whatsmeow retry.go `handleRetryReceipt`.
function resendNode(
  target: Target,
  message: Uint8Array,
  enc: BinaryNode,
  type: string,
  context: SessionContext,
): BinaryNode {
  const content = proto.Message.decode(message)
  const media = mediaType(content)
  if (media) enc.attrs['mediatype'] = media
  const { account } = context.creds
  const identity =
    type === 'pkmsg' && account
      ? [{ tag: 'device-identity', attrs: {}, content: encodeSignedDeviceIdentity(account, true) }]
      : []
  return {
    tag: 'message',
    attrs: {
      id: target.id,
      to: target.device,
      type: stanzaType(content),
      device_fanout: 'false',
      ...(target.own ? { recipient: target.chat } : {}),
    },
    content: [enc, ...identity],
  }
}
