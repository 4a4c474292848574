import type { Database, Statement } from './database.ts'
import { lids as byLid } from './former-addresses.ts'
import { perDatabase } from './per-database.ts'
import { prepareSeveral, prepareWithLists } from './prepare.ts'
import { refile } from './refile.ts'
import { slices } from './slices.ts'

const prepared = perDatabase(({ query }) =>
  prepareWithLists<{ deviceId: string }, { jids: readonly string[] }>(query, (value, list) =>
    query
      .selectFrom('lid_mapping')
      .select(['lid', 'jid'])
      .where('device_id', '=', value('deviceId'))
      .where((where) => where.or([where('lid', 'in', list('jids')), where('jid', 'in', list('jids'))])),
  ),
)

/** The pairs of phone-number address and LID that this device learnt, of the addresses given in either form. */
export async function findLidMappings(
  database: Database,
  deviceId: string,
  jids: readonly string[],
): Promise<{ lid: string; jid: string }[]> {
  const inSlices = slices(jids).map((some) =>
    database.query.executeQuery<{ lid: string; jid: string }>(prepared(database)({ deviceId }, { jids: some })),
  )
  return (await Promise.all(inSlices)).flatMap(({ rows }) => rows)
}

/** Notes which LIDs and phone numbers are one person each, and files what was said under the LIDs with the numbers. Safe to repeat. */
export function learnLids(
  database: Database,
  deviceId: string,
  pairs: readonly { readonly lid: string; readonly jid: string }[],
): Statement[] {
  // Of one number the last LID counts.
  const byNumber = new Map(pairs.map((pair) => [pair.jid, pair]))
  return slices([...byNumber.values()]).flatMap((some) => {
    const lists = { lids: some.map(({ lid }) => lid), jids: some.map(({ jid }) => jid) }
    return preparedLearn(database)({ deviceId }, lists).map((query) => ({ query }))
  })
}

const preparedLearn = perDatabase((database) =>
  prepareSeveral<{ deviceId: string }, { lids: readonly string[]; jids: readonly string[] }>((value, list) => {
    const jids: readonly string[] = list('jids')
    const pairs = list('lids').map((lid, place) => ({ lid, jid: jids[place]! }))
    return learn(database, value('deviceId'), pairs).map(({ query }) => query)
  }),
)

function learn(
  database: Database,
  deviceId: string,
  pairs: readonly { readonly lid: string; readonly jid: string }[],
): Statement[] {
  const { query } = database
  const lids = pairs.map(({ lid }) => lid)
  const statements = [
    // A number that changed hands leaves its former account.
    query
      .deleteFrom('lid_mapping')
      .where('device_id', '=', deviceId)
      .where(
        'jid',
        'in',
        pairs.map(({ jid }) => jid),
      )
      .where('lid', 'not in', lids),
    query
      .insertInto('lid_mapping')
      .values(pairs.map(({ lid, jid }) => ({ device_id: deviceId, lid, jid })))
      .onConflict((conflict) =>
        conflict.columns(['device_id', 'lid']).doUpdateSet((set) => ({ jid: set.ref('excluded.jid') })),
      ),
  ].map((built) => ({ query: built.compile() }))
  return [...statements, ...refile(database, deviceId, lids, byLid)]
}
