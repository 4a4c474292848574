export function md5(data: Uint8Array): Uint8Array
export function hkdf(
  data: Uint8Array,
  length: number,
  options?: { salt?: Uint8Array | null; info?: string | null },
): Uint8Array
export function expandAppStateKeys(keyData: Uint8Array): {
  indexKey: Uint8Array
  valueEncryptionKey: Uint8Array
  valueMacKey: Uint8Array
  snapshotMacKey: Uint8Array
  patchMacKey: Uint8Array
}
export class LTHashAntiTampering {
  subtractThenAdd(base: Uint8Array, subtract: Uint8Array[], add: Uint8Array[]): Uint8Array
}
