import type { Database, Statement } from '../database.ts'
import { keyScope, type Scope } from '../scope.ts'
import { dataKeyContext } from './data-keys.ts'
import { createSealingKey, isSealedWith, type SealingKey, seal, unseal } from './sealed-box.ts'

export interface Rewrapped {
  /** Devices with a data key that a former master key had sealed, and that the current one seals now. */
  readonly rewrapped: number
  /** Devices with a data key that was sealed with an unknown master key: their secrets cannot be opened. */
  readonly unknown: number
  /** Devices in all. */
  readonly devices: number
  /** API keys with a data key of their own that was sealed with an unknown master key. */
  readonly unknownKeys: number
  /** API keys with a data key of their own. */
  readonly keys: number
}

const devicesAtOnce = 500

interface SealedDevice {
  readonly id: string
  readonly data_key_sealed: Uint8Array
}

/** A data key as the current master key seals it, or why it stays as it is. */
type Rewrap = (scope: Scope, sealed: Uint8Array) => Uint8Array | 'current' | 'unknown'

/** Data keys of API keys: there are few of them. */
async function rewrapKeys(
  { query, commit }: Database,
  rewrap: Rewrap,
): Promise<Pick<Rewrapped, 'unknownKeys' | 'keys'>> {
  const keys = await query
    .selectFrom('api_key')
    .select(['id', 'data_key_sealed'])
    .where('data_key_sealed', 'is not', null)
    .execute()
  const unit: Statement[] = []
  let unknownKeys = 0
  for (const { id, data_key_sealed: sealed } of keys) {
    const anew = rewrap(keyScope(Number(id)), sealed!)
    if (anew === 'unknown') unknownKeys++
    else if (anew !== 'current') {
      unit.push({ query: query.updateTable('api_key').set({ data_key_sealed: anew }).where('id', '=', id).compile() })
    }
  }
  if (unit.length > 0) await commit(unit)
  return { unknownKeys, keys: keys.length }
}

/** Seals every data key with the current master key, so that former ones can be forgotten. Safe to repeat, and to be killed in.
 *  @param masterKeys the current one first. @throws SealError when a data key was changed or moved */
export async function rewrapDataKeys(
  database: Database,
  masterKeys: readonly [Uint8Array, ...Uint8Array[]],
): Promise<Rewrapped> {
  const [current, ...former] = masterKeys.map(createSealingKey) as [SealingKey, ...SealingKey[]]
  const rewrap: Rewrap = (scope, sealed) => {
    if (isSealedWith(current, sealed)) return 'current'
    const master = former.find((candidate) => isSealedWith(candidate, sealed))
    const context = dataKeyContext(scope)
    return master ? seal(current, context, unseal(master, context, sealed)) : 'unknown'
  }
  const counts = { rewrapped: 0, unknown: 0, devices: 0, ...(await rewrapKeys(database, rewrap)) }
  for (let after = ''; ; ) {
    const page: SealedDevice[] = await database.query
      .selectFrom('device')
      .select(['id', 'data_key_sealed'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(devicesAtOnce)
      .execute()
    const unit: Statement[] = []
    for (const { id, data_key_sealed: sealed } of page) {
      const anew = rewrap(id, sealed)
      if (anew === 'unknown') counts.unknown++
      else if (anew !== 'current') unit.push(reseal(database, id, anew))
    }
    if (unit.length > 0) await database.commit(unit)
    counts.rewrapped += unit.length
    counts.devices += page.length
    const last = page.at(-1)
    if (!last || page.length < devicesAtOnce) return counts
    after = last.id
  }
}

function reseal({ query }: Database, id: string, sealed: Uint8Array): Statement {
  return { query: query.updateTable('device').set({ data_key_sealed: sealed }).where('id', '=', id).compile() }
}
