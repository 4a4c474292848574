import type { BinaryNode } from '@switchboard/link'
import type { DeviceCreds } from '../credentials/device-creds.ts'
import { codec } from '../proto/codec.ts'

const signedIdentity = codec('ADVSignedDeviceIdentity')

/** The proof that this device is one of its account, with the account's key unless it is empty (seen in: baileys validate-connection.js
 *  `encodeSignedDeviceIdentity`, whatsmeow send.go `makeDeviceIdentityNode`). */
export function deviceIdentityNode({ account }: DeviceCreds): BinaryNode[] {
  if (!account) return []
  const parts = Object.entries(account).filter(([name, part]) => name !== 'accountSignatureKey' || part?.length)
  return [{ tag: 'device-identity', attrs: {}, content: signedIdentity.encode(Object.fromEntries(parts)) }]
}
