import { sql } from 'kysely'
import { mergeChats } from './chat-store.ts'
import { moveContacts } from './contact-store.ts'
import type { Database, Statement } from './database.ts'
import { type FormerAddresses, inPlaceOf } from './former-addresses.ts'
import { moveLabels } from './label-store.ts'
import { moveMarks } from './mark-store.ts'
import { moveMedia } from './message-media-store.ts'
import { moveNewContacts } from './new-contact-store.ts'
import { moveReceipts } from './receipt-store.ts'

/** Files what is stored under former addresses with those that count in their place. Safe to repeat. */
export function refile(
  database: Database,
  deviceId: string,
  chats: readonly string[],
  former: FormerAddresses,
): Statement[] {
  const valid = (column: string) => inPlaceOf(former, deviceId, column)
  const filed = [
    // A message that is there under both addresses already was delivered twice: one row stays.
    sql`delete from message where device_id = ${deviceId} and chat in (${sql.join(chats)}) and exists
      (select 1 from message filed where filed.device_id = ${deviceId} and filed.id = message.id
        and filed.chat = ${valid('message.chat')})`,
    sql`update message set chat = ${valid('message.chat')},
        sender = case when sender = chat then ${valid('message.chat')} else sender end
      where device_id = ${deviceId} and chat in (${sql.join(chats)})`,
    sql`update send_intent set chat = ${valid('send_intent.chat')}
      where device_id = ${deviceId} and chat in (${sql.join(chats)})`,
  ].map((built) => ({ query: built.compile(database.query) }))
  return [
    ...filed,
    ...moveReceipts(database, deviceId, chats, former),
    ...moveMarks(database, deviceId, chats, former),
    ...moveMedia(database, deviceId, chats, former),
    ...moveLabels(database, deviceId, chats, former),
    ...moveContacts(database, deviceId, chats, former),
    ...moveNewContacts(database, deviceId, chats, former),
    ...mergeChats(database, deviceId, chats, former),
  ]
}
