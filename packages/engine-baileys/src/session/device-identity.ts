import { type BinaryNode, SignedDeviceIdentity } from '@switchboard/link'
import type { DeviceCreds } from '../credentials/device-creds.ts'

/** The proof that this device is one of its account, with the account's key unless it is empty (seen in: baileys validate-connection.js
 *  `encodeSignedDeviceIdentity`, whatsmeow send.go `makeDeviceIdentityNode`). */
export function deviceIdentityNode({ account }: DeviceCreds): BinaryNode[] {
  if (!account) return []
  const parts = Object.entries(account).filter(([name, part]) => name !== 'accountSignatureKey' || part?.length)
  return [{ tag: 'device-identity', attrs: {}, content: SignedDeviceIdentity.encode(Object.fromEntries(parts)) }]
}
