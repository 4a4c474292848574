import type { CredentialStore, CredentialWrite } from '@switchboard/engine'
import { type AuthenticationCreds, BufferJSON, initAuthCreds } from 'baileys'

const KIND = 'creds'
const KEY = 'creds'

/** The identity, keys and account of a device as one write. */
export const credsWrite = (creds: AuthenticationCreds): CredentialWrite => ({
  kind: KIND,
  key: KEY,
  value: Buffer.from(JSON.stringify(creds, BufferJSON.replacer)),
})

/** The stored credentials of a linked account, or undefined when there are none. */
export async function loadLinkedCreds(store: CredentialStore): Promise<AuthenticationCreds | undefined> {
  const bytes = (await store.load(KIND, [KEY])).get(KEY)
  if (!bytes) return undefined
  const creds = JSON.parse(Buffer.from(bytes).toString(), BufferJSON.reviver) as AuthenticationCreds
  // Asking for a pairing code already sets `me`; only the signed device identity makes it a link.
  return creds.account && creds.me ? creds : undefined
}

/** New keys for a device that is to be linked. */
export function newCreds(): AuthenticationCreds {
  // A counter above zero spares the library's wait for history, which we take ourselves.
  return { ...initAuthCreds(), accountSyncCounter: 1 }
}
