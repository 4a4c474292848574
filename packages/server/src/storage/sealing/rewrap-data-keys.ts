import type { Database, Statement } from '../database.ts'
import { keyScope, type Scope } from '../scope.ts'
import { dataKeyContext } from './keyring.ts'
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

/** Data keys of API keys: there are few of them. */
async function rewrapKeys(
  { query, commit }: Database,
  rewrapped: (scope: Scope, sealed: Uint8Array) => Uint8Array | undefined,
): Promise<void> {
  const keys = await query
    .selectFrom('api_key')
    .select(['id', 'data_key_sealed'])
    .where('data_key_sealed', 'is not', null)
    .execute()
  const unit = keys.flatMap(({ id, data_key_sealed: sealed }) => {
    const anew = sealed && rewrapped(keyScope(Number(id)), sealed)
    if (!anew) return []
    return [{ query: query.updateTable('api_key').set({ data_key_sealed: anew }).where('id', '=', id).compile() }]
  })
  if (unit.length > 0) await commit(unit)
}

/** Seals every data key with the current master key, so that former ones can be forgotten. Safe to repeat, and to be killed in.
 *  @param masterKeys the current one first. @throws SealError when a data key was changed or moved */
export async function rewrapDataKeys(
  database: Database,
  masterKeys: readonly [Uint8Array, ...Uint8Array[]],
): Promise<Rewrapped> {
  const [current, ...former] = masterKeys.map(createSealingKey) as [SealingKey, ...SealingKey[]]
  const counts = { rewrapped: 0, unknown: 0, devices: 0, unknownKeys: 0, keys: 0 }
  await rewrapKeys(database, (scope, sealed) => {
    counts.keys++
    const master = former.find((candidate) => isSealedWith(candidate, sealed))
    if (master) return seal(current, dataKeyContext(scope), unseal(master, dataKeyContext(scope), sealed))
    if (!isSealedWith(current, sealed)) counts.unknownKeys++
    return undefined
  })
  for (let after = ''; ; ) {
    const page: SealedDevice[] = await database.query
      .selectFrom('device')
      .select(['id', 'data_key_sealed'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(devicesAtOnce)
      .execute()
    const unit: Statement[] = []
    for (const device of page.filter(({ data_key_sealed: sealed }) => !isSealedWith(current, sealed))) {
      const master = former.find((candidate) => isSealedWith(candidate, device.data_key_sealed))
      if (master) unit.push(rewrap(database, device, master, current))
      else counts.unknown++
    }
    if (unit.length > 0) await database.commit(unit)
    counts.rewrapped += unit.length
    counts.devices += page.length
    const last = page.at(-1)
    if (!last || page.length < devicesAtOnce) return counts
    after = last.id
  }
}

function rewrap({ query }: Database, { id, data_key_sealed: sealed }: SealedDevice, from: SealingKey, to: SealingKey) {
  const context = dataKeyContext(id)
  const update = query
    .updateTable('device')
    .set({ data_key_sealed: seal(to, context, unseal(from, context, sealed)) })
    .where('id', '=', id)
  return { query: update.compile() }
}
