import { SignalError } from '../errors.ts'
import { agree } from '../keys/agree.ts'
import { generateRatchetKeyPair } from '../keys/key-pair.ts'
import { prefixed } from '../keys/prefixed.ts'
import { verify } from '../keys/verify.ts'
import { replaceSession } from './archived-sessions.ts'
import type { LocalIdentity, PreKeyBundle } from './bundle.ts'
import { firstRootKey, stepRoot } from './root-key.ts'
import type { SessionRecord } from './session-record.ts'

/**
 * A session with the device that published `bundle` (X3DH, as initiator). A session in `existing` is archived.
 *
 * Throws `untrusted_signature` when the signed prekey is not the identity's, `bad_key` for an unusable key.
 */
export function startSession(local: LocalIdentity, bundle: PreKeyBundle, existing?: SessionRecord): SessionRecord {
  const { identityKey, signedPreKey, preKey } = bundle
  if (!verify(identityKey, prefixed(signedPreKey.publicKey), signedPreKey.signature)) {
    throw new SignalError('untrusted_signature', 'The signed prekey is not signed by the identity key')
  }
  const base = generateRatchetKeyPair()
  const ratchet = generateRatchetKeyPair()
  const agreements = [
    agree(local.identity.privateKey, signedPreKey.publicKey),
    agree(base.privateKey, identityKey),
    agree(base.privateKey, signedPreKey.publicKey),
  ]
  if (preKey) agreements.push(agree(base.privateKey, preKey.publicKey))
  const first = stepRoot(firstRootKey(agreements), ratchet.privateKey, signedPreKey.publicKey)
  return replaceSession(existing, {
    remoteIdentity: Uint8Array.from(identityKey),
    remoteRegistrationId: bundle.registrationId,
    baseKey: base.publicKey,
    rootKey: first.rootKey,
    ratchet,
    sending: first.chain,
    previousCounter: 0,
    receiving: [],
    pending: { signedPreKeyId: signedPreKey.keyId, ...(preKey ? { preKeyId: preKey.keyId } : {}) },
  })
}
