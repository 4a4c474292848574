import { type InboundMessage, isSilent } from '@switchboard/engine'
import type { NewMessageRow } from '../storage/message-store.ts'

/** A message that came in, as it is stored. Its addresses are filed. */
export const messageRow = (deviceId: string, item: InboundMessage, source: NewMessageRow['source']): NewMessageRow => ({
  device_id: deviceId,
  chat: item.chat.jid,
  id: item.id,
  sender: item.sender.jid,
  from_me: item.fromMe ? 1 : 0,
  type: item.view.type,
  text: item.deleted ? null : (item.view.text ?? null),
  quoted_id: item.view.quoted?.id ?? null,
  push_name: item.pushName ?? null,
  body: item.deleted ? null : item.message,
  state: item.fromMe ? 'sent' : 'received',
  state_reason: null,
  source,
  listed: isSilent(item.view.type) ? 0 : 1,
  target_id: item.view.target?.id ?? null,
  edited_at: null,
  deleted_at: item.deleted ? item.at : null,
  deleted_by: item.deleted ? item.sender.jid : null,
  sent_at: item.at,
})
