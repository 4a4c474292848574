import { type SyncActionData, SyncActionData as SyncActionDataCodec, SyncdPatch } from '../wire/proto/index.ts'
import { deriveMutationKeys, encryptValue, hmac, patchMac, snapshotMac, valueMac } from './app-state-keys.ts'
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
}

/** Seals one "set" record as the next patch of a collection: encrypted value, index and value MACs, LTHash, snapshot and patch MACs. */
export function sealPatch(
  state: CollectionState,
  key: AppStateKey,
  change: AppStateChange,
): { patch: Uint8Array; state: CollectionState } {
  const keys = deriveMutationKeys(key.data)
  const index = Buffer.from(JSON.stringify(change.index))
  const encrypted = encryptValue(
    keys.valueEncryption,
    SyncActionDataCodec.encode({ index, value: change.value, padding: new Uint8Array(0), version: change.version }),
  )
  const mac = valueMac(keys.valueMac, 'set', key.id, encrypted)
  const indexMac = hmac(keys.index, index)
  const name = Buffer.from(indexMac).toString('base64')
  const replaced = state.valueMacs.get(name)
  const version = state.version + 1
  const hash = updateLtHash(state.hash, replaced ? [replaced] : [], [mac])
  const snapshot = snapshotMac(keys.snapshotMac, hash, version, state.name)
  const record = { index: { blob: indexMac }, value: { blob: Buffer.concat([encrypted, mac]) }, keyId: { id: key.id } }
  const patch = SyncdPatch.encode({
    mutations: [{ operation: 0, record }],
    snapshotMac: snapshot,
    patchMac: patchMac(keys.patchMac, snapshot, [mac], version, state.name),
    keyId: { id: key.id },
    deviceIndex: 0,
  })
  return { patch, state: { ...state, version, hash, valueMacs: new Map(state.valueMacs).set(name, mac) } }
}
