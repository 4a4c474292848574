import { sql } from 'kysely'
import type { Database } from './database.ts'

const devicesAtOnce = 500

/** From which instant back something is old: the same for most API keys, another one for some. Undefined: nothing is. */
export interface Cutoffs {
  readonly common: number | undefined
  readonly own: ReadonlyMap<number, number | undefined>
}

export const toCutoffs = (cutoffs: number | Cutoffs): Cutoffs =>
  typeof cutoffs === 'number' ? { common: cutoffs, own: new Map() } : cutoffs

export const cutoffOf = ({ common, own }: Cutoffs, apiKeyId: number): number | undefined =>
  own.has(apiKeyId) ? own.get(apiKeyId) : common

/** What is older than this is old for everybody; undefined where somebody keeps everything. */
export const oldForAll = ({ common, own }: Cutoffs): number | undefined => {
  const all = [common, ...own.values()]
  return all.some((each) => each === undefined) ? undefined : Math.min(...(all as number[]))
}

/** The keys that have an instant, one part after the other: each of those with their own, and all others together. `of`: a condition about an API key. */
export function* partsOf({ common, own }: Cutoffs) {
  for (const [apiKeyId, before] of own) if (before !== undefined) yield { before, of: sql`= ${apiKeyId}` }
  if (common === undefined) return
  const others = [...own.keys()]
  yield { before: common, of: others.length > 0 ? sql`not in (${sql.join(others)})` : sql`is not null` }
}

/** The devices of which something is old, and from when back, read some at a time. @param signal ends it before the next device */
export async function* devicesWithCutoff({ query }: Database, cutoffs: Cutoffs, signal?: AbortSignal) {
  for (let after = ''; ; ) {
    const devices = await query
      .selectFrom('device')
      .select(['id', 'api_key_id'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(devicesAtOnce)
      .execute()
    for (const { id, api_key_id } of devices) {
      if (signal?.aborted) return
      const before = cutoffOf(cutoffs, Number(api_key_id))
      if (before !== undefined) yield { id, before }
    }
    const last = devices.at(-1)
    if (!last) return
    after = last.id
  }
}
