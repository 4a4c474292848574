import { createHmac } from 'node:crypto'
import { hkdf, hmac, noSalt } from '@switchboard/signal'

/** The keys that one app-state key becomes. Label and order seen in: whatsmeow appstate/keys.go, baileys chat-utils.js `mutationKeys`. */
export interface MutationKeys {
  readonly id: Uint8Array
  readonly index: Uint8Array
  readonly valueEncryption: Uint8Array
  readonly valueMac: Uint8Array
  readonly snapshotMac: Uint8Array
  readonly patchMac: Uint8Array
}

/** What a mutation does to a record: the values of `SyncdMutation.operation`. */
export const operations = { set: 0, remove: 1 } as const
export type OperationName = keyof typeof operations

const label = Buffer.from('WhatsApp Mutation Keys')

export function mutationKeys(id: Uint8Array, keyData: Uint8Array): MutationKeys {
  const all = hkdf(keyData, noSalt, label, 160)
  const part = (n: number) => all.subarray(n * 32, n * 32 + 32)
  return {
    ...{ id, index: part(0), valueEncryption: part(1), valueMac: part(2) },
    ...{ snapshotMac: part(3), patchMac: part(4) },
  }
}

const bigEndian64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return bytes
}

export const indexMac = ({ index }: MutationKeys, bytes: Uint8Array): Uint8Array => hmac(index, bytes)

/** 32 bytes over what the mutation does, the key's id and the ciphertext (seen in: whatsmeow appstate/hash.go `generateContentMAC`). */
export function valueMac({ id, valueMac: key }: MutationKeys, operation: OperationName, encrypted: Uint8Array): Buffer {
  const mac = createHmac('sha512', key)
  mac
    .update(Uint8Array.of(operations[operation] + 1))
    .update(id)
    .update(encrypted)
    .update(bigEndian64(id.length + 1))
  return mac.digest().subarray(0, 32)
}

export const snapshotMac = (key: MutationKeys, hash: Uint8Array, version: number, collection: string): Uint8Array =>
  hmac(key.snapshotMac, hash, bigEndian64(version), Buffer.from(collection))

export const patchMac = (
  key: MutationKeys,
  snapshot: Uint8Array,
  valueMacs: readonly Uint8Array[],
  version: number,
  collection: string,
): Uint8Array => hmac(key.patchMac, snapshot, ...valueMacs, bigEndian64(version), Buffer.from(collection))
