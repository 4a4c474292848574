import type { Database, Statement } from './database.ts'
import { aliases } from './former-addresses.ts'
import { refile } from './refile.ts'

/** The address that WhatsApp gave for a number, when it was asked before. */
export async function findNumber(database: Database, deviceId: string, number: string): Promise<string | undefined> {
  const row = await database.query
    .selectFrom('number_alias')
    .select('jid')
    .where('device_id', '=', deviceId)
    .where('number', '=', number)
    .executeTakeFirst()
  return row?.jid
}

/** Notes the address that WhatsApp gave for a number, and files what is stored under the number with it. Safe to repeat. */
export function learnNumber(
  database: Database,
  deviceId: string,
  { number, jid, at }: { readonly number: string; readonly jid: string; readonly at: number },
): Statement[] {
  const note = database.query
    .insertInto('number_alias')
    .values({ device_id: deviceId, number, jid, learned_at: at })
    .onConflict((conflict) => conflict.columns(['device_id', 'number']).doUpdateSet({ jid, learned_at: at }))
  return [{ query: note.compile() }, ...(number === jid ? [] : refile(database, deviceId, [number], aliases))]
}

/** Forgets which numbers led to an address: WhatsApp is asked again. */
export const forgetNumbersOf = ({ query }: Database, deviceId: string, jid: string): Statement => ({
  query: query.deleteFrom('number_alias').where('device_id', '=', deviceId).where('jid', '=', jid).compile(),
})
