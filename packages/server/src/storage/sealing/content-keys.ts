import { randomBytes } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { atMost } from '../../at-most.ts'
import type { Database, Statement } from '../database.ts'
import type { Keyring, Sealer } from './keyring.ts'
import { createSealingKey, isSealedWith, type SealingKey } from './sealed-box.ts'

/** The keys of a device that seal what people wrote. */
export interface DeviceContentKeys {
  /** What is written now is sealed with it; undefined: nothing was sealed yet, or its key was destroyed. */
  readonly current: SealingKey | undefined
  /** The key that sealed a value, `destroyed`, or undefined for one that nobody knows. */
  find(sealed: Uint8Array): SealingKey | 'destroyed' | undefined
}

const keptInMemory = 20_000
const kind = 'content-key'

const idOf = (key: SealingKey): string => Buffer.from(key.fingerprint).toString('hex')
const idIn = (sealed: Uint8Array): string => Buffer.from(sealed.subarray(1, 5)).toString('hex')

/** Content has keys apart from credentials: without them a device stays linked, and all that was said on it is gone, wherever copies of its rows are.
 *  Each is sealed with the data key of its device, so that a new master key, a backup and a restore have nothing to do with it. */
export class ContentKeys {
  readonly #database: Database
  readonly #keyring: Pick<Keyring, 'forDevice'>
  readonly #known = new LRUCache<string, DeviceContentKeys>(atMost(keptInMemory))
  /** Of each device the last reading that is under way. */
  readonly #reading = new Map<string, Promise<DeviceContentKeys>>()

  constructor(database: Database, keyring: Pick<Keyring, 'forDevice'>) {
    this.#database = database
    this.#keyring = keyring
  }

  /** Those that are in memory. */
  inMemory(deviceId: string): DeviceContentKeys | undefined {
    return this.#known.get(deviceId)
  }

  /** @throws SealError when a key cannot be opened */
  async of(deviceId: string): Promise<DeviceContentKeys> {
    const known = this.#known.get(deviceId) ?? this.#reading.get(deviceId)
    if (known) return known
    const reading = this.#read(deviceId)
    this.#reading.set(deviceId, reading)
    try {
      const keys = await reading
      // What was forgotten meanwhile is for those who wait for it, and for nobody after them.
      if (this.#reading.get(deviceId) === reading) this.#known.set(deviceId, keys)
      return keys
    } finally {
      if (this.#reading.get(deviceId) === reading) this.#reading.delete(deviceId)
    }
  }

  /** The same, with a key that seals. @throws SealError, NoSuchDevice */
  async toSeal(deviceId: string, now = Date.now()): Promise<DeviceContentKeys & { readonly current: SealingKey }> {
    for (;;) {
      const keys = await this.of(deviceId)
      if (keys.current) return keys as DeviceContentKeys & { readonly current: SealingKey }
      await this.#create(deviceId, now)
    }
  }

  /** They are read again when they are needed. Who waits for them just now gets them as they were. */
  forget(deviceId: string): void {
    this.#reading.delete(deviceId)
    this.#known.delete(deviceId)
  }

  /** The key of a device that is made in the same unit. */
  ofNewDevice(deviceId: string, sealer: Sealer, now: number): Statement {
    const bytes = randomBytes(32)
    this.#known.set(deviceId, keysOf([createSealingKey(bytes)]))
    return this.#insert(deviceId, sealer, bytes, now)
  }

  /** Two nodes may each make one: both are kept, and both open what they sealed. */
  async #create(deviceId: string, now: number): Promise<void> {
    const sealer = await this.#keyring.forDevice(deviceId)
    await this.#database.commit([this.#insert(deviceId, sealer, randomBytes(32), now)])
    this.forget(deviceId)
  }

  #insert(deviceId: string, sealer: Sealer, bytes: Uint8Array, now: number): Statement {
    const id = idOf(createSealingKey(bytes))
    const insert = this.#database.query
      .insertInto('content_key')
      .values({
        device_id: deviceId,
        id,
        key_sealed: sealer.seal(kind, id, bytes),
        created_at: now,
        destroyed_at: null,
      })
      .onConflict((conflict) => conflict.doNothing())
    return { query: insert.compile() }
  }

  async #read(deviceId: string): Promise<DeviceContentKeys> {
    const rows = await this.#database.query
      .selectFrom('content_key')
      .selectAll()
      .where('device_id', '=', deviceId)
      .orderBy('created_at', 'desc')
      .orderBy('id')
      .execute()
    const whole = rows.filter(({ key_sealed }) => key_sealed !== null)
    const sealer = whole.length > 0 ? await this.#keyring.forDevice(deviceId) : undefined
    const keys = whole.map(({ id, key_sealed }) => createSealingKey(sealer!.open(kind, id, key_sealed!)))
    const destroyed = new Set(rows.filter(({ key_sealed }) => key_sealed === null).map(({ id }) => id))
    return keysOf(keys, destroyed)
  }
}

const keysOf = (keys: readonly SealingKey[], destroyed: ReadonlySet<string> = new Set()): DeviceContentKeys => ({
  current: keys[0],
  find: (sealed) =>
    keys.find((key) => isSealedWith(key, sealed)) ?? (destroyed.has(idIn(sealed)) ? 'destroyed' : undefined),
})

/** Destroys the keys of what people wrote on a device: what was sealed so far cannot be opened by anybody, in whatever copy of the database that does not
 *  have the keys themselves. The rows stay, without what they said. What is written after that gets another key. Call `database.content.forget` once
 *  it is committed; other nodes hear of it. */
export function destroyContentKeys({ query }: Database, deviceId: string, at: number): Statement {
  const destroy = query
    .updateTable('content_key')
    .set({ key_sealed: null, destroyed_at: at })
    .where('device_id', '=', deviceId)
    .where('key_sealed', 'is not', null)
  return { query: destroy.compile() }
}
