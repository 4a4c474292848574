import { bareJid, type InboundReceipt } from '@switchboard/engine'
import type { BinaryNode } from '@switchboard/link'
import type { SessionContext } from '../session/session-context.ts'
import { childrenNamed, receiptIds, stanzaTime } from '../wire/nodes.ts'
import { sendAck } from './acknowledge.ts'
import { addressOf } from './message-envelope.ts'

// `sender` and the rest are between devices and the server (seen in: whatsmeow receipt.go, types/presence.go).
const types: Readonly<Record<string, InboundReceipt['type']>> = {
  '': 'delivered',
  inactive: 'delivered',
  delivery: 'delivered',
  read: 'read',
  played: 'played',
  'read-self': 'read_self',
  'played-self': 'played_self',
  'server-error': 'server_error',
}

/** Hands a receipt over, then acknowledges it. @throws NotStoredError when it was not taken */
export async function takeReceipt(node: BinaryNode, context: SessionContext): Promise<void> {
  const type = types[node.attrs['type'] ?? '']
  for (const each of type ? ungrouped(node) : []) {
    const messageIds = receiptIds(each)
    if (messageIds.length > 0) await handOver(each, type!, messageIds, context)
  }
  await sendAck(node, context)
}

/** A receipt of several people for messages of a group, as one of each person for each message; any other stays as it is.
 *  Seen in: whatsmeow receipt.go `handleGroupedReceipt`. */
function ungrouped(node: BinaryNode): BinaryNode[] {
  const groups = node.attrs['participant'] === undefined ? childrenNamed(node, 'participants') : []
  if (groups.length === 0) return [node]
  return groups.flatMap((group) =>
    childrenNamed(group, 'user').map(({ attrs: { jid = '', t } }) => ({
      tag: 'receipt',
      attrs: { ...node.attrs, id: group.attrs['key'] ?? '', participant: jid, ...(t && { t }) },
    })),
  )
}

async function handOver(
  node: BinaryNode,
  type: InboundReceipt['type'],
  messageIds: readonly string[],
  { signal, host, store }: SessionContext,
): Promise<void> {
  const { from = '', participant, recipient } = node.attrs
  const alt = node.attrs['participant_pn'] ?? node.attrs['sender_pn'] ?? node.attrs['sender_lid']
  // From an own device: `recipient` names the chat that was read there.
  const chat = recipient ?? bareJid(from)
  await store.guard(
    host.receive(
      {
        kind: 'receipt',
        at: stanzaTime(node),
        offline: node.attrs['offline'] !== undefined,
        type,
        messageIds,
        chat: await addressOf(chat, recipient ? undefined : alt, signal.book),
        sender: await addressOf(participant ?? from, alt, signal.book),
      },
      [],
    ),
  )
}
