import { startSession, unprefixed } from '@switchboard/signal'
import { withAddressLock } from './address-lock.js'
import { UntrustedIdentityKeyError } from './errors.js'
import { loadLocalIdentity } from './local-identity.js'
import { SessionRecord } from './session-record.js'

/** Starts sessions from published prekey bundles. */
export class SessionBuilder {
  constructor(storage, address) {
    this.storage = storage
    this.addr = address
  }

  /** Throws for a signed prekey that the identity key did not sign. */
  async initOutgoing(device) {
    return withAddressLock(this.storage, this.addr, async () => {
      if (!(await this.storage.isTrustedIdentity(this.addr.id, device.identityKey))) {
        throw new UntrustedIdentityKeyError(this.addr.id, device.identityKey)
      }
      const existing = await this.storage.loadSession(this.addr.toString())
      const local = await loadLocalIdentity(this.storage)
      const state = startSession(local, toBundle(device), existing?.state)
      await this.storage.storeSession(this.addr.toString(), new SessionRecord(state))
    })
  }
}

function toBundle({ registrationId, identityKey, signedPreKey, preKey }) {
  return {
    registrationId,
    identityKey: unprefixed(identityKey),
    signedPreKey: { ...signedPreKey, publicKey: unprefixed(signedPreKey.publicKey) },
    ...(preKey ? { preKey: { keyId: preKey.keyId, publicKey: unprefixed(preKey.publicKey) } } : {}),
  }
}
