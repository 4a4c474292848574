import { createDecipheriv } from 'node:crypto'
import { SyncActionData, SyncdPatch, SyncdSnapshot } from '../../wire/proto/index.ts'
import { deriveMutationKeys, hmac, type MutationKeys, patchMac, snapshotMac, valueMac } from './app-state-keys.ts'
import type { CollectionState } from './app-state-patch.ts'
import { updateLtHash } from './lt-hash.ts'

export interface AppliedAction extends SyncActionData {
  readonly operation: 'set' | 'remove'
}

export interface AppliedPatch {
  readonly state: CollectionState
  readonly actions: readonly AppliedAction[]
}

/** Opens a whole collection, and checks every MAC in it as strict clients do.
 *  @throws Error naming what does not hold */
export function applySnapshot(
  name: string,
  encoded: Uint8Array,
  keyData: (id: Uint8Array) => Uint8Array | undefined,
): AppliedPatch {
  const snapshot = SyncdSnapshot.decode(encoded)
  const version = snapshot.version?.version ?? 0
  const valueMacs = new Map<string, Uint8Array>()
  const actions = (snapshot.records ?? []).map((record): AppliedAction => {
    const blob = record.value?.blob ?? new Uint8Array(0)
    const index = record.index?.blob ?? new Uint8Array(0)
    valueMacs.set(Buffer.from(index).toString('base64'), Uint8Array.from(blob.subarray(-32)))
    const action = openRecord(keysOf(record.keyId?.id, keyData), 'set', record.keyId?.id, index, blob)
    return { ...action, operation: 'set' }
  })
  const hash = updateLtHash(new Uint8Array(128), [], [...valueMacs.values()])
  const { snapshotMac: key } = keysOf(snapshot.keyId?.id, keyData)
  if (!same(snapshotMac(key, hash, version, name), snapshot.mac)) {
    throw new Error(`MAC of the snapshot of ${name} ${version} does not match`)
  }
  return { state: { name, version, hash, valueMacs }, actions }
}

/** Takes in a patch that a companion uploaded, and checks every MAC in it as strict clients do.
 *  @param keyData finds the app-state key that a patch names
 *  @throws Error naming what does not hold */
export function applyPatch(
  state: CollectionState,
  encoded: Uint8Array,
  keyData: (id: Uint8Array) => Uint8Array | undefined,
): AppliedPatch {
  const patch = SyncdPatch.decode(encoded)
  const version = state.version + 1
  const keys = keysOf(patch.keyId?.id, keyData)
  const valueMacs = new Map(state.valueMacs)
  const macs: Uint8Array[] = []
  const add: Uint8Array[] = []
  const remove: Uint8Array[] = []
  const actions: AppliedAction[] = []
  for (const mutation of patch.mutations ?? []) {
    const record = mutation.record
    const blob = record?.value?.blob ?? new Uint8Array(0)
    const index = record?.index?.blob ?? new Uint8Array(0)
    const mac = Uint8Array.from(blob.subarray(-32))
    const operation = mutation.operation === 1 ? 'remove' : 'set'
    const action = openRecord(keysOf(record?.keyId?.id, keyData), operation, record?.keyId?.id, index, blob)
    actions.push({ ...action, operation })
    macs.push(mac)
    const name = Buffer.from(index).toString('base64')
    const replaced = valueMacs.get(name)
    if (replaced) remove.push(replaced)
    if (operation === 'set') add.push(mac)
    if (operation === 'set') valueMacs.set(name, mac)
    else valueMacs.delete(name)
  }
  const hash = updateLtHash(state.hash, remove, add)
  const snapshot = snapshotMac(keys.snapshotMac, hash, version, state.name)
  if (!same(snapshot, patch.snapshotMac)) throw new Error(`snapshot MAC of ${state.name} ${version} does not match`)
  const whole = patchMac(keys.patchMac, snapshot, macs, version, state.name)
  if (!same(whole, patch.patchMac)) throw new Error(`patch MAC of ${state.name} ${version} does not match`)
  return { state: { ...state, version, hash, valueMacs }, actions }
}

function keysOf(id: Uint8Array | undefined, keyData: (id: Uint8Array) => Uint8Array | undefined): MutationKeys {
  const data = id && keyData(id)
  if (!data) throw new Error('patch names an app-state key that this phone never shared')
  return deriveMutationKeys(data)
}

function openRecord(
  keys: MutationKeys,
  operation: 'set' | 'remove',
  keyId: Uint8Array | undefined,
  index: Uint8Array,
  blob: Uint8Array,
): SyncActionData {
  const encrypted = blob.subarray(0, -32)
  if (!same(valueMac(keys.valueMac, operation, keyId ?? new Uint8Array(0), encrypted), blob.subarray(-32))) {
    throw new Error('value MAC of a mutation does not match')
  }
  const decipher = createDecipheriv('aes-256-cbc', keys.valueEncryption, encrypted.subarray(0, 16))
  const action = SyncActionData.decode(Buffer.concat([decipher.update(encrypted.subarray(16)), decipher.final()]))
  if (!same(hmac(keys.index, action.index ?? new Uint8Array(0)), index)) {
    throw new Error('index MAC of a mutation does not match')
  }
  return action
}

function same(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return b !== undefined && Buffer.compare(a, b) === 0
}
