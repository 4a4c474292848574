import { randomBytes } from 'node:crypto'
import type { Database, Statement } from '../database.ts'
import { ContentKeys } from '../sealing/content-keys.ts'
import { type Keyring, NoSuchDevice } from '../sealing/keyring.ts'
import { createSealingKey, type SealingKey } from '../sealing/sealed-box.ts'
import { OpenContent } from './open-content.ts'
import { type StoredForm, storedForms } from './stored-form.ts'
import { ToSeal } from './to-seal.ts'

type KeyOf = (deviceId: string) => SealingKey | undefined

/** Devices of which something is to be sealed, and for which there is no key. */
function devicesWithoutKey(unit: readonly Statement[], keyOf: KeyOf): Set<string> | undefined {
  let missing: Set<string> | undefined
  for (const { query } of unit) {
    for (const value of query.parameters) {
      if (!(value instanceof ToSeal) || keyOf(value.deviceId)) continue
      missing ??= new Set()
      missing.add(value.deviceId)
    }
  }
  return missing
}

const sealUnit = (unit: readonly Statement[], keyOf: KeyOf, form: StoredForm): readonly Statement[] =>
  unit.map((statement) => {
    const { query } = statement
    if (!query.parameters.some((value) => value instanceof ToSeal)) return statement
    const parameters = query.parameters.map((value) =>
      value instanceof ToSeal ? value.seal(keyOf(value.deviceId)!, form) : value,
    )
    return { ...statement, query: { ...query, parameters } }
  })

/** A device that is not there has no key: its unit is refused by the database, in the words of whoever made the unit. */
const keyOrNobodys = async (keys: ContentKeys, deviceId: string): Promise<SealingKey> => {
  try {
    return (await keys.toSeal(deviceId)).current
  } catch (error) {
    if (error instanceof NoSuchDevice) return createSealingKey(randomBytes(32))
    throw error
  }
}

/** From here on the content of this database is opened when it is read, and what is written is sealed where `isOn` says so. A key that is not in memory is
 *  read first; units of the same lane wait behind it. */
export function unlockContent(
  database: Database,
  keyring: Pick<Keyring, 'forDevice'>,
  { isOn }: { readonly isOn: boolean },
): ContentKeys {
  const { dialect } = database
  const [commit, settled] = [database.commit.bind(database), database.settled.bind(database)]
  const keys = new ContentKeys(database, keyring)
  const form = storedForms[dialect]
  const inMemory: KeyOf = (deviceId) => keys.inMemory(deviceId)?.current
  /** Of each lane the last unit that waits for a key. */
  const waiting = new Map<string, Promise<unknown>>()

  /** @returns what resolves when the unit is handed over, to what resolves when it is on disk */
  const handOver = async (before: Promise<unknown> | undefined, ...[unit, options]: Parameters<Database['commit']>) => {
    await before?.catch(() => {})
    const found = new Map<string, SealingKey>()
    for (const deviceId of devicesWithoutKey(unit, inMemory) ?? [])
      found.set(deviceId, await keyOrNobodys(keys, deviceId))
    const sealed = sealUnit(unit, (deviceId) => inMemory(deviceId) ?? found.get(deviceId), form)
    return { onDisk: commit(sealed, options) }
  }

  database.content = new OpenContent(dialect, keys, isOn)
  database.commit = (unit, options) => {
    const lane = options?.lane
    const before = lane === undefined ? undefined : waiting.get(lane)
    if (!before && !devicesWithoutKey(unit, inMemory)) return commit(sealUnit(unit, inMemory, form), options)
    const handedOver = handOver(before, unit, options)
    if (lane !== undefined) {
      waiting.set(lane, handedOver)
      const done = () => void (waiting.get(lane) === handedOver && waiting.delete(lane))
      handedOver.then(done, done)
    }
    return handedOver.then(({ onDisk }) => onDisk)
  }
  database.settled = async (lane) => {
    await waiting.get(lane)?.catch(() => {})
    await settled(lane)
  }
  return keys
}
