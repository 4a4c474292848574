import { bareJid, parseJid } from '@switchboard/engine'
import type { BinaryNode } from '@switchboard/link'
import { archiveSession, distributionMessage, hasOpenSession, startSession } from '@switchboard/signal'
import { stanzaMarks } from '../content/stanza-marks.ts'
import type { Message as Content } from '../generated/messages.ts'
import { sendAck } from '../inbound/acknowledge.ts'
import { addressOf, isOwn, ownAccount } from '../inbound/message-envelope.ts'
import { wrapDeviceSent } from '../proto/device-sent.ts'
import { padMessage } from '../proto/padding.ts'
import { senderKeyDistribution } from '../proto/sender-key-distribution.ts'
import type { SessionContext } from '../session/session-context.ts'
import type { KnownGroup } from '../shared/shared-caches.ts'
import { senderKeyName } from '../signal/device-ratchets.ts'
import type { RatchetSteps } from '../signal/ratchet-steps.ts'
import { childNumber, childOf, receiptIds } from '../wire/nodes.ts'
import type { DeviceDirectory } from './device-directory.ts'
import { type Ciphertext, encNode, encryptFor } from './encrypt-for-devices.ts'
import { type GroupDirectory, isShared } from './group-directory.ts'
import { identityForNewSessions } from './message-stanza.ts'
import { fetchBundles, readBundle } from './pre-key-bundles.ts'
import { ownDevice } from './prepare-group.ts'
import { inWordsOf } from './words-of-chat.ts'

interface Services {
  readonly context: SessionContext
  readonly directory: DeviceDirectory
  readonly groups: GroupDirectory
}

/** As often as other clients answer (seen in: whatsmeow retry.go, baileys `maxMsgRetryCount`). */
const maxAnswers = 5

/** Sends a message again to the one device that could not decrypt it, then acknowledges its request. */
export async function answerRetry(node: BinaryNode, { context, directory, groups }: Services): Promise<void> {
  const device = node.attrs['participant'] ?? node.attrs['from'] ?? ''
  for (const id of receiptIds(node)) {
    const key = `${context.serial}|out|${id}|${device}`
    const answered = context.caches.retries.get(key) ?? 0
    if (answered >= maxAnswers) continue
    context.caches.retries.set(key, answered + 1)
    await resend(node, device, id, { context, groups })
  }
  // The device may be one we did not know of.
  await directory.forget(device)
  await sendAck(node, context)
}

async function resend(
  node: BinaryNode,
  device: string,
  id: string,
  services: Omit<Services, 'directory'>,
): Promise<void> {
  const { context } = services
  const chat = node.attrs['recipient'] ?? bareJid(node.attrs['from'] ?? '')
  const sent = await sentMessage(chat, id, context)
  if (!sent) return
  const address = await context.signal.address(device)
  const keys = childOf(node, 'keys')
  const bundle = readBundle(keys, node) ?? (await fetchBundles(context.wire, [device])).get(device)
  const fresh = keys !== undefined || (await isStale(node, address, context))
  const group = isShared(chat) ? await groupKey(chat, services) : undefined
  const { bytes, content: message } = await inWordsOf({ chat, ...(group && { group: group.known }) }, sent, context)
  await context.signal.locked(group ? [address, group.name] : [address], async (steps) => {
    const known = await steps.session(address)
    // Keys in the receipt ask for a new session: the old one has failed.
    if (fresh && bundle) steps.setSession(address, startSession(context.signal.local, bundle, known))
    else if (fresh && known) steps.setSession(address, archiveSession(known))
    const own = !group && isOwn(parseJid(device), ownAccount(context.creds.me))
    const content = own ? wrapDeviceSent(chat, bytes) : Buffer.concat([await distributed(group, steps), bytes])
    const encrypted = await encryptFor({ jid: device, address, bundle }, padMessage(content), steps, context)
    if (!encrypted) return
    await steps.commit((writes) => context.store.save(writes))
    const count = childOf(node, 'retry')?.attrs['count'] ?? '1'
    await context.wire.send(resendNode({ device, id, chat, own, count }, message, encrypted, context))
  })
}

interface GroupKey {
  readonly group: string
  readonly name: string
  readonly known: KnownGroup
}

async function groupKey(group: string, { context, groups }: Omit<Services, 'directory'>): Promise<GroupKey> {
  const known = await groups.find(group)
  const own = ownDevice(known, context)
  return { group, known, name: senderKeyName(group, await context.signal.address(own)) }
}

// Who could not read a group message lacks the key more likely than anything else.
async function distributed(key: GroupKey | undefined, steps: RatchetSteps): Promise<Uint8Array> {
  const record = key && (await steps.senderKey(key.name))
  return key && record ? senderKeyDistribution(key.group, distributionMessage(record)) : new Uint8Array()
}

async function sentMessage(
  chat: string,
  id: string,
  { host, signal }: SessionContext,
): Promise<Uint8Array | undefined> {
  const { jid, lid } = await addressOf(chat, undefined, signal.book)
  return (await host.sentMessage(jid, id)) ?? (lid ? host.sentMessage(lid, id) : undefined)
}

// A device that was set up again has another registration id; its old session is of no use.
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
function resendNode(target: Target, message: Content, encrypted: Ciphertext, context: SessionContext): BinaryNode {
  const marks = stanzaMarks(message)
  const { id, chat, device } = target
  const to = isShared(chat) ? { to: chat, participant: device } : { to: device, device_fanout: 'false' }
  return {
    tag: 'message',
    attrs: { id, ...marks.attrs, ...to, ...(target.own ? { recipient: chat } : {}) },
    content: [
      encNode(encrypted, { count: target.count, ...marks.enc }),
      ...identityForNewSessions([encrypted], context),
      ...marks.nodes,
    ],
  }
}
