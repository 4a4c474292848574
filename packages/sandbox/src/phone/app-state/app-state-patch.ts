import { type SyncActionData, SyncActionData as SyncActionDataCodec, SyncdPatch } from '../../wire/proto/index.ts'
import {
  deriveMutationKeys,
  encryptValue,
  hmac,
  type MutationKeys,
  patchMac,
  snapshotMac,
  valueMac,
} from './app-state-keys.ts'
import { updateLtHash } from './lt-hash.ts'

/** Where a collection stands for the device that writes it. */
export interface CollectionState {
  readonly name: string
  readonly version: number
  readonly hash: Uint8Array
  /** Value MAC by index MAC (base64), so that an overwritten record can be taken out of the hash. */
  readonly valueMacs: ReadonlyMap<string, Uint8Array>
}

export const emptyCollection = (name: string): CollectionState => ({
  name,
  version: 0,
  hash: new Uint8Array(128),
  valueMacs: new Map(),
})

export interface AppStateKey {
  readonly id: Uint8Array
  readonly data: Uint8Array
}

export interface AppStateChange {
  readonly index: readonly string[]
  readonly value: NonNullable<SyncActionData['value']>
  readonly version: number
  /** Takes the record away instead of setting it. */
  readonly remove?: boolean
}

/** Seals records as the next patch of a collection: encrypted values, index and value MACs, LTHash, snapshot and patch MACs. */
export function sealPatch(
  state: CollectionState,
  key: AppStateKey,
  ...changes: readonly AppStateChange[]
): { patch: Uint8Array; state: CollectionState } {
  const keys = deriveMutationKeys(key.data)
  const valueMacs = new Map(state.valueMacs)
  const add: Uint8Array[] = []
  const remove: Uint8Array[] = []
  const macs: Uint8Array[] = []
  const mutations = changes.map((change) => {
    const sealed = sealRecord(keys, key.id, change)
    const name = Buffer.from(sealed.indexMac).toString('base64')
    const replaced = valueMacs.get(name)
    if (replaced) remove.push(replaced)
    if (change.remove) valueMacs.delete(name)
    else valueMacs.set(name, sealed.mac)
    if (!change.remove) add.push(sealed.mac)
    macs.push(sealed.mac)
    return { operation: change.remove ? 1 : 0, record: sealed.record }
  })
  const version = state.version + 1
  const hash = updateLtHash(state.hash, remove, add)
  const snapshot = snapshotMac(keys.snapshotMac, hash, version, state.name)
  const patch = SyncdPatch.encode({
    mutations,
    snapshotMac: snapshot,
    patchMac: patchMac(keys.patchMac, snapshot, macs, version, state.name),
    keyId: { id: key.id },
    deviceIndex: 0,
  })
  return { patch, state: { ...state, version, hash, valueMacs } }
}

function sealRecord(keys: MutationKeys, keyId: Uint8Array, change: AppStateChange) {
  const index = Buffer.from(JSON.stringify(change.index))
  const { value, version } = change
  const data = SyncActionDataCodec.encode({ index, value, padding: new Uint8Array(0), version })
  const encrypted = encryptValue(keys.valueEncryption, data)
  const mac = valueMac(keys.valueMac, change.remove ? 'remove' : 'set', keyId, encrypted)
  const indexMac = hmac(keys.index, index)
  const blob = Buffer.concat([encrypted, mac])
  return { indexMac, mac, record: { index: { blob: indexMac }, value: { blob }, keyId: { id: keyId } } }
}
