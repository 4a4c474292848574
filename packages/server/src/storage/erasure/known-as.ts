import { isPersonJid } from '@switchboard/engine'
import type { Database } from '../database.ts'
import { findLidMappings } from '../lid-mapping-store.ts'

/** Every address under which a person is or was known to a device, beginning with one of them: number, LID, and other forms of the number. */
export async function knownAs(database: Database, deviceId: string, jid: string): Promise<string[]> {
  const known = new Set([jid])
  for (let size = 0; size < known.size; ) {
    size = known.size
    const jids = [...known].filter((each) => isPersonJid(each))
    if (jids.length === 0) break
    for (const pair of await findLidMappings(database, deviceId, jids)) known.add(pair.lid).add(pair.jid)
    const aliases = await database.query
      .selectFrom('number_alias')
      .select(['number', 'jid'])
      .where('device_id', '=', deviceId)
      .where((on) => on.or([on('number', 'in', jids), on('jid', 'in', jids)]))
      .execute()
    for (const alias of aliases) known.add(alias.number).add(alias.jid)
  }
  return [...known]
}
