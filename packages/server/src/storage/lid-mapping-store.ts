import { mergeChats } from './chat-store.ts'
import type { Database, Statement } from './database.ts'

/** The phone-number address behind a LID, as far as this device learnt it. */
export async function findPhoneOfLid(database: Database, deviceId: string, lid: string): Promise<string | undefined> {
  const row = await database.query
    .selectFrom('lid_mapping')
    .select('jid')
    .where('device_id', '=', deviceId)
    .where('lid', '=', lid)
    .executeTakeFirst()
  return row?.jid
}

/** Notes that a LID and a phone number are one person, and files what was said under the LID with the phone number. Safe to repeat. */
export function learnLid(database: Database, deviceId: string, lid: string, jid: string): Statement[] {
  const { query } = database
  const filed = [
    query
      .insertInto('lid_mapping')
      .values({ device_id: deviceId, lid, jid })
      .onConflict((conflict) => conflict.columns(['device_id', 'lid']).doUpdateSet({ jid })),
    // A message that is there under both addresses already was delivered twice: one row stays.
    query
      .deleteFrom('message')
      .where('device_id', '=', deviceId)
      .where('chat', '=', lid)
      .where('id', 'in', (select) =>
        select
          .selectFrom('message as filed')
          .select('filed.id')
          .where('filed.device_id', '=', deviceId)
          .where('filed.chat', '=', jid),
      ),
    query
      .updateTable('message')
      .set((set) => ({
        chat: jid,
        sender: set.case().when('sender', '=', lid).then(jid).else(set.ref('sender')).end(),
      }))
      .where('device_id', '=', deviceId)
      .where('chat', '=', lid),
    query.updateTable('send_intent').set({ chat: jid }).where('device_id', '=', deviceId).where('chat', '=', lid),
  ].map((built) => ({ query: built.compile() }))
  return [...filed, ...mergeChats(database, deviceId, lid, jid)]
}
