import { hkdf } from './hkdf.js'

/** The five keys of app-state sync that come from one sync key, 32 bytes each (seen in: whatsmeow appstate/keys.go). */
export function expandAppStateKeys(keyData) {
  const expanded = hkdf(keyData, 160, { info: 'WhatsApp Mutation Keys' })
  const part = (index) => expanded.slice(index * 32, (index + 1) * 32)
  return {
    indexKey: part(0),
    valueEncryptionKey: part(1),
    valueMacKey: part(2),
    snapshotMacKey: part(3),
    patchMacKey: part(4),
  }
}
