import type { CredentialWrite } from '@switchboard/engine'
import type { DeviceStore } from '../credentials/device-store.ts'
import { emptyHash } from './lt-hash.ts'

/** What a collection waits for: more pages, keys from the phone, the phone's own copy, or another try. */
export type Waiting = 'more' | 'keys' | 'recovery' | 'retry'

/** Where a collection stands. */
export interface CollectionState {
  readonly version: number
  /** The summation hash over all its value MACs. */
  readonly hash: Uint8Array
  /** It is not known as it should be. `full`: it is being taken in from the beginning. */
  readonly waiting?: { readonly for: Waiting; readonly full: boolean }
}

export const emptyState: CollectionState = { version: 0, hash: emptyHash() }

/** Kind under which the states of collections are stored, by name. */
export const stateKind = 'app-state'
const macKind = (collection: string) => `app-state-mac/${collection}`

/** The kinds of secrets under which all this is kept. */
export const appStateKinds = (collections: readonly string[]): string[] => [stateKind, ...collections.map(macKind)]

const decode = (bytes: Uint8Array): CollectionState => {
  const { version, hash, waiting } = JSON.parse(Buffer.from(bytes).toString())
  return { version, hash: new Uint8Array(Buffer.from(hash, 'base64')), ...(waiting && { waiting }) }
}

/** The states of all collections that were ever looked at. */
export const loadStates = async (store: DeviceStore): Promise<Map<string, CollectionState>> =>
  statesIn(await store.loadAll(stateKind))

export const statesIn = (stored: ReadonlyMap<string, Uint8Array>): Map<string, CollectionState> =>
  new Map([...stored].map(([name, bytes]) => [name, decode(bytes)]))

export async function loadState(store: DeviceStore, collection: string): Promise<CollectionState | undefined> {
  const bytes = await store.load(stateKind, collection)
  return bytes && decode(bytes)
}

export const stateWrite = (collection: string, { version, hash, waiting }: CollectionState): CredentialWrite => ({
  kind: stateKind,
  key: collection,
  value: Buffer.from(JSON.stringify({ version, hash: Buffer.from(hash).toString('base64'), waiting })),
})

/** The value MAC of each record of a collection by its index MAC, one row each: what is overwritten must leave the hash. Changes stay here until
 *  their {@link writes} are durable. */
export class ValueMacs {
  readonly #store: DeviceStore
  readonly #collection: string
  readonly #known = new Map<string, Uint8Array | undefined>()
  readonly #changed = new Set<string>()
  #fromNothing = false

  constructor(store: DeviceStore, collection: string) {
    this.#store = store
    this.#collection = collection
  }

  /** Makes these known. */
  async load(indexMacs: readonly Uint8Array[]): Promise<void> {
    const missing = [...new Set(indexMacs.map(keyOf))].filter((key) => !this.#known.has(key))
    if (missing.length === 0) return
    const found = this.#fromNothing ? new Map() : await this.#store.loadMany(macKind(this.#collection), missing)
    for (const key of missing) this.#known.set(key, found.get(key))
  }

  /** @param indexMac one that was loaded */
  get(indexMac: Uint8Array): Uint8Array | undefined {
    return this.#known.get(keyOf(indexMac))
  }

  set(indexMac: Uint8Array, valueMac: Uint8Array | undefined): void {
    this.#known.set(keyOf(indexMac), valueMac)
    this.#changed.add(keyOf(indexMac))
  }

  /** Forgets everything: what is set from here on is all there is. */
  clear(): void {
    this.#known.clear()
    this.#changed.clear()
    this.#fromNothing = true
  }

  async writes(): Promise<CredentialWrite[]> {
    const kind = macKind(this.#collection)
    const stored = this.#fromNothing ? [...(await this.#store.loadAll(kind)).keys()] : []
    const gone = stored.filter((key) => !this.#changed.has(key))
    const changed = [...this.#changed].map((key) => ({ kind, key, value: this.#known.get(key) }))
    return [...gone.map((key) => ({ kind, key, value: undefined })), ...changed]
  }
}

const keyOf = (indexMac: Uint8Array): string => Buffer.from(indexMac).toString('base64')
