import type { CredentialWrite } from '@switchboard/engine'
import type { DeviceCreds, SignedDeviceIdentity } from './device-creds.ts'
import { bytesOfStored, fromStoredJson, toStoredJson } from './stored-json.ts'

/** Kind under which the one value of credentials is stored. */
export const credsKind = 'creds'
const key = 'creds'

/** The identity, keys and account of a device as one write. */
export const credsWrite = (creds: DeviceCreds): CredentialWrite => ({
  kind: credsKind,
  key,
  value: toStoredJson(creds),
})

/** The stored credentials of a linked account, or undefined when there are none. */
export function linkedCredsIn(stored: ReadonlyMap<string, Uint8Array>): DeviceCreds | undefined {
  const bytes = stored.get(key)
  if (!bytes) return undefined
  const creds = fromStoredJson(bytes) as DeviceCreds
  // Asking for a pairing code already sets `me`; only the signed device identity makes it a link.
  if (!creds.account || !creds.me) return undefined
  creds.account = identityOf(creds.account)
  return creds
}

type StoredIdentity = { readonly [Part in keyof SignedDeviceIdentity]: Uint8Array | string | null }

function identityOf(stored: StoredIdentity): SignedDeviceIdentity {
  const parts = Object.entries(stored).flatMap(([name, part]) => (part ? [[name, bytesOfStored(part)]] : []))
  return Object.fromEntries(parts)
}
