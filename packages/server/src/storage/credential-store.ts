import { type CredentialStore, type CredentialWrite, OwnershipLostError } from '@switchboard/engine'
import type { Database, Statement } from './database.ts'
import { fence, type Ownership } from './fence.ts'
import { perDatabase } from './per-database.ts'
import { prepare, prepareRows, prepareWithLists } from './prepare.ts'
import type { Keyring, Sealer } from './sealing/keyring.ts'

/** A device's secrets, sealed in the credential table. */
export interface DeviceCredentialStore extends CredentialStore {
  /** The writes as statements, to be durable together with something else. The unit must begin with {@link fence}, which is not among them.
   *  @throws OwnershipLostError after {@link wipe} */
  statements(writes: readonly CredentialWrite[]): Statement[]
  /** Deletes every secret of the device, and lets nobody write another one here: what a link still writes after its end would make the device look linked. The
   *  unit must begin with {@link fence}, or delete the device. */
  wipe(): Statement
}

const maxKeysPerLoad = 200

type CredentialRow = { device_id: string; kind: string; key: string; value: Uint8Array }

const preparedUpserts = perDatabase(({ query }) =>
  prepareRows<CredentialRow>(query, ['device_id', 'kind', 'key', 'value'], (rows) =>
    query
      .insertInto('credential')
      .values(rows)
      .onConflict((conflict) =>
        conflict
          .columns(['device_id', 'kind', 'key'])
          .doUpdateSet((column) => ({ value: column.ref('excluded.value') })),
      ),
  ),
)

const preparedDelete = perDatabase(({ query }) =>
  prepare<{ deviceId: string; kind: string; key: string }>(query, (value) =>
    query
      .deleteFrom('credential')
      .where('device_id', '=', value('deviceId'))
      .where('kind', '=', value('kind'))
      .where('key', '=', value('key')),
  ),
)

// Every session reads when it opens: building these costs more than running them.
const preparedKinds = perDatabase(({ query }) =>
  prepareWithLists<{ deviceId: string }, { kinds: readonly string[] }>(query, (value, list) =>
    query
      .selectFrom('credential')
      .select(['kind', 'key', 'value'])
      .where('device_id', '=', value('deviceId'))
      .where('kind', 'in', list('kinds'))
      .orderBy('kind')
      .orderBy('key'),
  ),
)

const preparedKeys = perDatabase(({ query }) =>
  prepareWithLists<{ deviceId: string; kind: string }, { keys: readonly string[] }>(query, (value, list) =>
    query
      .selectFrom('credential')
      .select(['key', 'value'])
      .where('device_id', '=', value('deviceId'))
      .where('kind', '=', value('kind'))
      .where('key', 'in', list('keys')),
  ),
)

/** The last write of each key, in the order of the last writes. */
function lastWrites(writes: readonly CredentialWrite[]): CredentialWrite[] {
  if (writes.length < 2) return [...writes]
  const last = new Map<string, CredentialWrite>()
  for (const write of writes) {
    const name = `${write.kind}|${write.key}`
    last.delete(name)
    last.set(name, write)
  }
  return [...last.values()]
}

/** Writes to the secrets of a device as statements. The unit must begin with {@link fence}, or make the device. */
export function credentialStatements(
  database: Database,
  deviceId: string,
  sealer: Sealer,
  writes: readonly CredentialWrite[],
): Statement[] {
  const last = lastWrites(writes)
  const kept = last.flatMap(({ kind, key, value }) =>
    value ? [{ device_id: deviceId, kind, key, value: sealer.seal(kind, key, value) }] : [],
  )
  const upserts = preparedUpserts(database)(kept).map((query) => ({ query }))
  const gone = last.filter(({ value }) => !value)
  return [...upserts, ...gone.map(({ kind, key }) => ({ query: preparedDelete(database)({ deviceId, kind, key }) }))]
}

class SealedCredentialStore implements DeviceCredentialStore {
  readonly #database: Database
  readonly #deviceId: string
  readonly #ownership: Ownership
  readonly #sealer: Sealer
  #isWiped = false

  constructor(database: Database, deviceId: string, ownership: Ownership, sealer: Sealer) {
    this.#database = database
    this.#deviceId = deviceId
    this.#ownership = ownership
    this.#sealer = sealer
  }

  async load(kind: string, keys: readonly string[]): Promise<Map<string, Uint8Array>> {
    const found = new Map<string, Uint8Array>()
    for (let from = 0; from < keys.length; from += maxKeysPerLoad) {
      const some = { keys: keys.slice(from, from + maxKeysPerLoad) }
      const statement = preparedKeys(this.#database)({ deviceId: this.#deviceId, kind }, some)
      const { rows } = await this.#database.query.executeQuery<Pick<CredentialRow, 'key' | 'value'>>(statement)
      for (const { key, value } of rows) found.set(key, this.#sealer.open(kind, key, value))
    }
    return found
  }

  async loadAll(kind: string): Promise<Map<string, Uint8Array>> {
    return (await this.loadKinds([kind])).get(kind)!
  }

  async loadKinds(kinds: readonly string[]): Promise<Map<string, Map<string, Uint8Array>>> {
    const found = new Map(kinds.map((kind) => [kind, new Map<string, Uint8Array>()]))
    if (kinds.length === 0) return found
    const statement = preparedKinds(this.#database)({ deviceId: this.#deviceId }, { kinds })
    const { rows } = await this.#database.query.executeQuery<Omit<CredentialRow, 'device_id'>>(statement)
    for (const { kind, key, value } of rows) found.get(kind)!.set(key, this.#sealer.open(kind, key, value))
    return found
  }

  async save(writes: readonly CredentialWrite[]): Promise<void> {
    const unit = [fence(this.#database, this.#deviceId, this.#ownership), ...this.statements(writes)]
    await this.#database.commit(unit, { lane: this.#deviceId })
  }

  statements(writes: readonly CredentialWrite[]): Statement[] {
    if (this.#isWiped && writes.length > 0) throw new OwnershipLostError('the link that writes this has ended')
    return credentialStatements(this.#database, this.#deviceId, this.#sealer, writes)
  }

  wipe(): Statement {
    this.#isWiped = true
    return { query: this.#database.query.deleteFrom('credential').where('device_id', '=', this.#deviceId).compile() }
  }
}

/** Opens the secrets of a device that this node has claimed. @throws SealError when they were sealed under an unknown master key. */
export async function openCredentialStore(
  database: Database,
  keyring: Keyring,
  deviceId: string,
  ownership: Ownership,
): Promise<DeviceCredentialStore> {
  return new SealedCredentialStore(database, deviceId, ownership, await keyring.forDevice(deviceId))
}
