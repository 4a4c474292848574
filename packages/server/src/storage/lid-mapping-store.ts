import { mergeChats } from './chat-store.ts'
import type { Database, Statement } from './database.ts'
import { moveReceipts } from './receipt-store.ts'
import { slices } from './slices.ts'

/** The pairs of phone-number address and LID that this device learnt, of the addresses given in either form. */
export async function findLidMappings(
  database: Database,
  deviceId: string,
  jids: readonly string[],
): Promise<{ lid: string; jid: string }[]> {
  const inSlices = slices(jids).map((some) =>
    database.query
      .selectFrom('lid_mapping')
      .select(['lid', 'jid'])
      .where('device_id', '=', deviceId)
      .where((where) => where.or([where('lid', 'in', some), where('jid', 'in', some)]))
      .execute(),
  )
  return (await Promise.all(inSlices)).flat()
}

/** Notes that a LID and a phone number are one person, and files what was said under the LID with the phone number. Safe to repeat. */
export function learnLid(database: Database, deviceId: string, lid: string, jid: string): Statement[] {
  const { query } = database
  const filed = [
    // A number that changed hands leaves its former account.
    query.deleteFrom('lid_mapping').where('device_id', '=', deviceId).where('jid', '=', jid).where('lid', '<>', lid),
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
  return [...filed, ...moveReceipts(database, deviceId, lid, jid), ...mergeChats(database, deviceId, lid, jid)]
}
