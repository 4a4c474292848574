import { timingSafeEqual } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { decryptCbc } from '@switchboard/signal'
import type {
  SyncActionData,
  SyncdMutation,
  SyncdPatch,
  SyncdRecord,
  SyncdSnapshot,
  SyncdSnapshotRecovery,
} from '../generated/messages.ts'
import { codec } from '../proto/codec.ts'
import { SpoiltState } from './app-state-error.ts'
import type { AppStateKeys } from './app-state-keys.ts'
import type { CollectionState, ValueMacs } from './collection-state.ts'
import { emptyHash, updateHash } from './lt-hash.ts'
import { indexMac, type MutationKeys, type OperationName, patchMac, snapshotMac, valueMac } from './mutation-keys.ts'

const actionData = codec('SyncActionData')
const macBytes = 32
const ivBytes = 16
/** Records that are opened in one turn of the event loop: about a millisecond of work. */
const perTurn = 50

/** A record as it was set or taken away. */
export interface OpenedMutation {
  readonly operation: OperationName
  readonly data: SyncActionData
}

interface Opening {
  readonly collection: string
  readonly keys: AppStateKeys
  /** Gets the MACs of what is opened. */
  readonly macs: ValueMacs
}

/** A collection as it stands after something was taken in, and what that was. */
export interface Opened {
  readonly state: CollectionState
  readonly mutations: readonly OpenedMutation[]
}

const same = (one: Uint8Array, other: Uint8Array | undefined): boolean =>
  other !== undefined && one.length === other.length && timingSafeEqual(one, other)

/** Opens a patch and checks every MAC of it, and that it follows the state. The library leaves out what does not hold and continues in silence: the
 *  hash is wrong from there on, and everything after it. @throws SpoiltState, MissingKey */
export async function openPatch(
  patch: SyncdPatch,
  before: CollectionState,
  { collection, keys, macs }: Opening,
): Promise<Opened> {
  const version = patch.version?.version ?? before.version + 1
  if (version !== before.version + 1) throw new SpoiltState(`version ${version} follows ${before.version}`)
  const key = await keys.of(patch.keyId?.id)
  const mutations = patch.mutations ?? []
  const records = mutations.map(({ record }) => partsOf(record))
  const whole = patchMac(
    key,
    patch.snapshotMac ?? new Uint8Array(0),
    records.map(({ mac }) => mac),
    version,
    collection,
  )
  if (!same(whole, patch.patchMac)) throw new SpoiltState(`the MAC of patch ${version} does not match`)
  const opened = await openAll(mutations, keys)
  await macs.load(records.map(({ index }) => index))
  const [gone, come]: [Uint8Array[], Uint8Array[]] = [[], []]
  for (const [place, { operation }] of opened.entries()) {
    const { index, mac } = records[place]!
    const former = macs.get(index)
    if (former) gone.push(former)
    if (operation === 'set') come.push(mac)
    macs.set(index, operation === 'set' ? mac : undefined)
  }
  const hash = updateHash(before.hash, gone, come)
  if (!same(snapshotMac(key, hash, version, collection), patch.snapshotMac)) {
    throw new SpoiltState(`the hash after patch ${version} does not match`)
  }
  return { state: { version, hash }, mutations: opened }
}

/** Opens a whole collection and checks every MAC of it. @throws SpoiltState, MissingKey */
export async function openSnapshot(snapshot: SyncdSnapshot, { collection, keys, macs }: Opening): Promise<Opened> {
  const version = snapshot.version?.version ?? 0
  const key = await keys.of(snapshot.keyId?.id)
  const records = snapshot.records ?? []
  macs.clear()
  const parts = records.map(partsOf)
  for (const { index, mac } of parts) macs.set(index, mac)
  const hash = await wholeHash(parts.map(({ mac }) => mac))
  if (!same(snapshotMac(key, hash, version, collection), snapshot.mac)) {
    throw new SpoiltState(`the hash of snapshot ${version} does not match`)
  }
  const mutations = await openAll(
    records.map((record) => ({ operation: 0, record })),
    keys,
  )
  return { state: { version, hash }, mutations }
}

/** Takes a collection as the phone holds it. It came end-to-end encrypted: only that it is whole is checked. @throws SpoiltState, MissingKey */
export async function openRecovery(
  recovery: SyncdSnapshotRecovery,
  { collection, keys, macs }: Opening,
): Promise<Opened> {
  if (recovery.collectionName !== collection) throw new SpoiltState('the phone sent another collection')
  const records = recovery.mutationRecords ?? []
  macs.clear()
  for (const { value, keyId, mac } of records) {
    if (mac?.length !== macBytes) throw new SpoiltState('a record of the phone has no MAC')
    macs.set(indexMac(await keys.of(keyId), value?.index ?? new Uint8Array(0)), mac)
  }
  const hash = await wholeHash(records.map(({ mac }) => mac!))
  if (!same(hash, recovery.collectionLthash)) throw new SpoiltState('the hash of the phone’s copy does not match')
  const mutations = records.map(({ value }): OpenedMutation => ({ operation: 'set', data: value ?? {} }))
  return { state: { version: recovery.version?.version ?? 0, hash }, mutations }
}

/** The hash of a collection with these value MACs alone. */
async function wholeHash(macs: readonly Uint8Array[]): Promise<Uint8Array> {
  let hash = emptyHash()
  for (let from = 0; from < macs.length; from += perTurn) {
    if (from > 0) await nextTurn()
    hash = updateHash(hash, [], macs.slice(from, from + perTurn))
  }
  return hash
}

function partsOf(record: SyncdRecord | undefined): { index: Uint8Array; mac: Uint8Array } {
  const [index, blob] = [record?.index?.blob, record?.value?.blob]
  if (!index?.length || !blob || blob.length <= macBytes + ivBytes) throw new SpoiltState('a record is not whole')
  // Copies: a view would keep the whole answer in memory.
  return { index: Uint8Array.from(index), mac: Uint8Array.from(blob.subarray(-macBytes)) }
}

async function openAll(mutations: readonly SyncdMutation[], keys: AppStateKeys): Promise<OpenedMutation[]> {
  const opened: OpenedMutation[] = []
  for (const [place, { operation, record }] of mutations.entries()) {
    if (place % perTurn === perTurn - 1) await nextTurn()
    const name = operation === 1 ? 'remove' : 'set'
    const key = await keys.of(record?.keyId?.id)
    opened.push({ operation: name, data: openRecord(record!, name, key) })
  }
  return opened
}

function openRecord({ index, value }: SyncdRecord, operation: OperationName, key: MutationKeys): SyncActionData {
  const blob = value!.blob!
  const encrypted = blob.subarray(0, -macBytes)
  if (!same(valueMac(key, operation, encrypted), blob.subarray(-macBytes))) {
    throw new SpoiltState('the MAC of a record does not match')
  }
  const opened = decryptCbc(key.valueEncryption, encrypted.subarray(0, ivBytes), encrypted.subarray(ivBytes))
  const data = actionData.decode(opened)
  if (!same(indexMac(key, data.index ?? new Uint8Array(0)), index?.blob)) {
    throw new SpoiltState('the MAC of an index does not match')
  }
  return data
}
