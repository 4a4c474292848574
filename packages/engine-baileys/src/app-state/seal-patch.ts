import { randomBytes } from 'node:crypto'
import { encryptCbc } from '@switchboard/signal'
import type { SyncActionValue } from '../generated/messages.ts'
import { codec } from '../proto/codec.ts'
import type { CollectionState, ValueMacs } from './collection-state.ts'
import { updateHash } from './lt-hash.ts'
import { indexMac, type MutationKeys, operations, patchMac, snapshotMac, valueMac } from './mutation-keys.ts'
import type { OpenedMutation } from './open-patch.ts'

const actionData = codec('SyncActionData')
const syncdPatch = codec('SyncdPatch')

/** A record that this device sets or takes away. */
export interface OwnMutation {
  readonly index: readonly string[]
  /** Version of that kind of record, not of the collection. */
  readonly version: number
  /** Undefined takes the record away. */
  readonly value: SyncActionValue | undefined
}

export interface SealedPatch {
  /** As it is uploaded. */
  readonly bytes: Uint8Array
  readonly state: CollectionState
  readonly mutations: readonly OpenedMutation[]
}

/** Seals records as the next patch of a collection. What is to be taken away and is not there is left out; undefined when nothing is left.
 *  @param now Unix ms, the time of every record */
export async function sealPatch(
  own: readonly OwnMutation[],
  now: number,
  {
    before,
    collection,
    key,
    macs,
  }: { before: CollectionState; collection: string; key: MutationKeys; macs: ValueMacs },
): Promise<SealedPatch | undefined> {
  const records = own.map((mutation) => sealRecord(mutation, now, key))
  await macs.load(records.map(({ index }) => index))
  const wanted = records.filter(({ operation, index }) => operation === 'set' || macs.get(index))
  if (wanted.length === 0) return undefined
  const gone: Uint8Array[] = []
  for (const { operation, index, mac } of wanted) {
    const former = macs.get(index)
    if (former) gone.push(former)
    macs.set(index, operation === 'set' ? mac : undefined)
  }
  const come = wanted.filter(({ operation }) => operation === 'set').map(({ mac }) => mac)
  const [hash, version] = [updateHash(before.hash, gone, come), before.version + 1]
  const whole = snapshotMac(key, hash, version, collection)
  const bytes = syncdPatch.encode({
    mutations: wanted.map(({ operation, record }) => ({ operation: operations[operation], record })),
    snapshotMac: whole,
    patchMac: patchMac(
      key,
      whole,
      wanted.map(({ mac }) => mac),
      version,
      collection,
    ),
    keyId: { id: key.id },
  })
  return { bytes, state: { version, hash }, mutations: wanted }
}

function sealRecord({ index: words, version, value }: OwnMutation, now: number, key: MutationKeys) {
  const operation = value ? 'set' : 'remove'
  const text = Buffer.from(JSON.stringify(words))
  const data = { index: text, value: { timestamp: now, ...value }, padding: new Uint8Array(0), version }
  const iv = randomBytes(16)
  const encrypted = Buffer.concat([iv, encryptCbc(key.valueEncryption, iv, actionData.encode(data))])
  const [index, mac] = [indexMac(key, text), valueMac(key, operation, encrypted)]
  const record = { index: { blob: index }, value: { blob: Buffer.concat([encrypted, mac]) }, keyId: { id: key.id } }
  return { operation, index, mac, record, data } as const
}
