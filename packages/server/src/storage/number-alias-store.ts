import type { Database, Statement } from './database.ts'
import { aliases } from './former-addresses.ts'
import { perDatabase } from './per-database.ts'
import { prepareRows, prepareWithLists } from './prepare.ts'
import { refile } from './refile.ts'
import type { NumberAliasTable } from './schema.ts'
import { slices } from './slices.ts'

interface KnownNumber {
  readonly number: string
  readonly jid: string
}

const prepared = perDatabase(({ query }) => ({
  find: prepareWithLists<{ deviceId: string }, { numbers: readonly string[] }>(query, (value, list) =>
    query
      .selectFrom('number_alias')
      .select(['number', 'jid'])
      .where('device_id', '=', value('deviceId'))
      .where('number', 'in', list('numbers')),
  ),
  note: prepareRows<NumberAliasTable>(query, ['device_id', 'number', 'jid', 'learned_at'], (rows) =>
    query
      .insertInto('number_alias')
      .values(rows)
      .onConflict((conflict) =>
        conflict
          .columns(['device_id', 'number'])
          .doUpdateSet((set) => ({ jid: set.ref('excluded.jid'), learned_at: set.ref('excluded.learned_at') })),
      ),
  ),
}))

/** The addresses that WhatsApp gave for numbers, of those for which it was asked before. */
export async function findNumbers(
  database: Database,
  deviceId: string,
  numbers: readonly string[],
): Promise<KnownNumber[]> {
  const inSlices = slices(numbers).map((some) =>
    database.query.executeQuery<KnownNumber>(prepared(database).find({ deviceId }, { numbers: some })),
  )
  return (await Promise.all(inSlices)).flatMap(({ rows }) => rows)
}

/** Notes the addresses that WhatsApp gave for numbers, and files what is stored under the numbers with them. Safe to repeat. */
export function learnNumbers(
  database: Database,
  deviceId: string,
  learnt: readonly KnownNumber[],
  at: number,
): Statement[] {
  const rows = learnt.map(({ number, jid }) => ({ device_id: deviceId, number, jid, learned_at: at }))
  const notes = prepared(database)
    .note(rows)
    .map((query) => ({ query }))
  const others = learnt.filter(({ number, jid }) => number !== jid).map(({ number }) => number)
  return [...notes, ...(others.length > 0 ? refile(database, deviceId, others, aliases) : [])]
}

/** Forgets which numbers led to an address: WhatsApp is asked again. */
export const forgetNumbersOf = ({ query }: Database, deviceId: string, jid: string): Statement => ({
  query: query.deleteFrom('number_alias').where('device_id', '=', deviceId).where('jid', '=', jid).compile(),
})

/** Files what is stored under a number with the one that the same person has now. The former number leads nowhere from then on: somebody else may get it. */
export function moveNumber(
  database: Database,
  deviceId: string,
  { from, to, at }: { readonly from: string; readonly to: string; readonly at: number },
): Statement[] {
  const led = database.query.deleteFrom('number_alias').where('device_id', '=', deviceId).where('number', '=', from)
  return [
    forgetNumbersOf(database, deviceId, from),
    ...learnNumbers(database, deviceId, [{ number: from, jid: to }], at),
    { query: led.compile() },
  ]
}
