import type { InboundHistory, InboundItem, InboundMessage, InboundReceipt } from '@switchboard/engine'
import type { DeviceContext, EventSource } from '../events/event-source.ts'
import { planEvents } from '../events/plan-events.ts'
import { AlreadyStored } from '../sessions/already-stored.ts'
import type { InboundPlan } from '../sessions/sessions.ts'
import type { Statement } from '../storage/database.ts'
import type { IntentStore } from '../storage/intent-store.ts'
import type { MessageStore, NewMessageRow } from '../storage/message-store.ts'
import type { AddressBook, Filing } from './address-book.ts'

interface InboundParts {
  readonly messages: MessageStore
  readonly intents: IntentStore
  readonly addresses: AddressBook
  readonly now: () => number
  /** Told once it is on disk that a receipt ended a send without its acknowledgement. */
  readonly proven: (deviceId: string, messageId: string) => void
}

/** A message as it is stored, with the addresses under which it is filed. */
export interface FiledMessage {
  readonly item: InboundMessage
  readonly row: NewMessageRow
}

const rowOf = (
  deviceId: string,
  item: InboundMessage,
  filed: { chat: string; sender: string },
  source: NewMessageRow['source'],
): NewMessageRow => ({
  device_id: deviceId,
  chat: filed.chat,
  id: item.id,
  sender: filed.sender,
  from_me: item.fromMe ? 1 : 0,
  type: item.view.type,
  text: item.view.text ?? null,
  quoted_id: item.view.quoted?.id ?? null,
  push_name: item.pushName ?? null,
  body: item.message,
  state: item.fromMe ? 'sent' : 'received',
  state_reason: null,
  source,
  sent_at: item.at,
})

const fileItem = async <Item extends { chat: InboundMessage['chat']; sender: InboundMessage['sender'] }>(
  filing: Filing,
  item: Item,
): Promise<Item> => {
  const chat = { ...item.chat, jid: await filing.jid(item.chat) }
  const sender = { ...item.sender, jid: await filing.jid(item.sender) }
  return { ...item, chat, sender }
}

/** Plans what an inbound item changes. Reads at most the address book; writes nothing. */
export async function planInbound(
  parts: InboundParts,
  deviceId: string,
  device: DeviceContext,
  item: InboundItem,
  stored: (message: FiledMessage) => void,
  settled: (messageIds: readonly string[]) => void,
): Promise<InboundPlan> {
  const filing = parts.addresses.file(deviceId)
  const plan = (source: EventSource, statements: Statement[] = [], after?: () => void): InboundPlan => ({
    statements: [...filing.statements, ...statements],
    whenAlreadyStored: filing.statements,
    events: planEvents(device, source),
    afterCommit: () => {
      filing.committed()
      after?.()
    },
  })
  switch (item.kind) {
    case 'message': {
      const filed = await fileItem(filing, item)
      const row = rowOf(
        deviceId,
        filed,
        { chat: filed.chat.jid, sender: filed.sender.jid },
        item.offline ? 'offline' : 'live',
      )
      const insert = parts.messages.insert(row, parts.now(), () => new AlreadyStored())
      return plan(filed, [insert], () => stored({ item: filed, row }))
    }
    case 'receipt': {
      const filed = await fileItem(filing, item)
      return plan(filed, receiptStatements(parts, deviceId, filed), () => {
        if (filed.type === 'delivered' || filed.type === 'read' || filed.type === 'played') settled(filed.messageIds)
      })
    }
    case 'undecryptable':
    case 'chat_presence':
      return plan(await fileItem(filing, item))
    case 'presence':
      return plan({ ...item, from: { ...item.from, jid: await filing.jid(item.from) } })
    case 'history':
      return plan(item, await historyStatements(parts, deviceId, filing, item))
    case 'push_name':
    case 'identity_change':
      return plan({ ...item, of: { ...item.of, jid: await filing.jid(item.of) } })
    case 'offline':
      return plan(item)
  }
}

/** Receipts of others move our messages on; receipts of the own other devices say that an incoming message was read there. */
function receiptStatements(parts: InboundParts, deviceId: string, receipt: InboundReceipt): Statement[] {
  const { type } = receipt
  if (type === 'server_error') return []
  const own = type === 'read_self' || type === 'played_self'
  const state = own ? type.slice(0, -'_self'.length) : type
  return receipt.messageIds.flatMap((messageId) => {
    const step = { deviceId, messageId, state, actor: receipt.sender.jid, reason: null, at: receipt.at }
    const advance = parts.messages.advance(step, own ? 0 : 1)
    // A receipt proves that a message left whose acknowledgement never came.
    return own
      ? advance
      : [...advance, parts.intents.endProven(deviceId, messageId, () => parts.proven(deviceId, messageId))]
  })
}

async function historyStatements(
  parts: InboundParts,
  deviceId: string,
  filing: Filing,
  history: InboundHistory,
): Promise<Statement[]> {
  const rows: NewMessageRow[] = []
  for (const conversation of history.conversations) {
    const chat = await filing.jid(conversation.chat)
    for (const message of conversation.messages) {
      rows.push(rowOf(deviceId, message, { chat, sender: await filing.jid(message.sender) }, 'history'))
    }
  }
  return parts.messages.insertHistory(rows, parts.now())
}
