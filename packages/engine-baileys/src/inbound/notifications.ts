import { bareJid, type InboundItem } from '@switchboard/engine'
import type { BinaryNode } from 'baileys'
import { ensurePreKeys } from '../link/log-in.ts'
import type { DeviceDirectory } from '../outbound/device-directory.ts'
import type { GroupDirectory } from '../outbound/group-directory.ts'
import type { SessionContext } from '../session/session-context.ts'
import { childOf, childrenNamed, childrenOf, stanzaTime } from '../wire/nodes.ts'
import { sendAck } from './acknowledge.ts'
import { addressOf } from './message-envelope.ts'
import { groupChangeItems, groupPhotoItem } from './notifications/groups.ts'
import { personItems } from './notifications/people.ts'

// The library deals with these and acknowledges them after its own durable writes.
const libraryTypes: ReadonlySet<string> = new Set([
  'account_sync',
  'server_sync',
  'privacy_token',
  'link_code_companion_reg',
])

interface Parts {
  readonly context: SessionContext
  readonly directory: DeviceDirectory
  readonly groups: GroupDirectory
  readonly original: (node: BinaryNode) => Promise<void>
}

/** Takes a notification and acknowledges it. @throws StorageError when it was not taken */
export async function takeNotification(
  node: BinaryNode,
  { context, directory, groups, original }: Parts,
): Promise<void> {
  const { type = '', from = '' } = node.attrs
  if (type === 'account_sync') await forgetOwnDevices(context, directory)
  await receiveAll(await personItems(node, context.signal.book), context)
  if (libraryTypes.has(type)) return original(node)
  if (type === 'encrypt') await takeEncrypt(node, context, directory)
  if (type === 'w:gp2') {
    groups.forget(from)
    await receiveAll(await groupChangeItems(node, context.signal.book), context)
  }
  if (type === 'picture') await receiveAll([await groupPhotoItem(node, context.signal.book)], context)
  if (type === 'devices') await takeDevices(node, from, context, directory)
  await sendAck(node, context)
}

/** In order; a later one is handed over when the earlier ones are durable. */
async function receiveAll(items: readonly (InboundItem | undefined)[], { store, host }: SessionContext): Promise<void> {
  for (const item of items) if (item) await store.guard(host.receive(item, []))
}

async function forgetOwnDevices({ creds }: SessionContext, directory: DeviceDirectory): Promise<void> {
  await directory.forget(creds.me?.id ?? '')
  await directory.forget(creds.me?.lid ?? '')
}

async function takeEncrypt(node: BinaryNode, context: SessionContext, directory: DeviceDirectory): Promise<void> {
  if (childOf(node, 'count')) return ensurePreKeys(context)
  if (!childOf(node, 'identity')) return
  const from = node.attrs['from'] ?? ''
  await directory.forget(from)
  const { signal, host, store } = context
  const item = {
    kind: 'identity_change' as const,
    at: stanzaTime(node),
    offline: node.attrs['offline'] !== undefined,
    of: await addressOf(bareJid(from), node.attrs['lid'], signal.book),
  }
  const address = await signal.address(from)
  await signal.locked([address], async (steps) => {
    // The phone was set up anew: what its old keys could read is over.
    steps.deleteSession(address)
    await steps.commit((writes) => store.guard(host.receive(item, writes)))
  })
}

async function takeDevices(node: BinaryNode, from: string, context: SessionContext, directory: DeviceDirectory) {
  await directory.forget(from)
  const removed = childrenOf(node).filter(({ tag }) => tag === 'remove')
  const jids = removed.flatMap((change) => childrenNamed(change, 'device').map(({ attrs }) => attrs['jid'] ?? ''))
  if (jids.some((jid) => jid !== '')) await context.signal.deleteSessions(jids.filter(Boolean), context.store)
}
