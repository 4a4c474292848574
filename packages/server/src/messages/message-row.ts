import type { InboundMessage } from '@switchboard/engine'
import type { NewMessageRow } from '../storage/message-store.ts'

/** A message that came in, as it is stored. Its addresses are filed. */
export const messageRow = (deviceId: string, item: InboundMessage, source: NewMessageRow['source']): NewMessageRow => ({
  device_id: deviceId,
  chat: item.chat.jid,
  id: item.id,
  sender: item.sender.jid,
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
