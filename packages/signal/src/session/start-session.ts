import { SignalError } from '../errors.ts'
import { agreeWith } from '../keys/agree.ts'
import { x25519PrivateKey, x25519PublicKey } from '../keys/key-objects.ts'
import { generateWithHandle } from '../keys/key-pair.ts'
import { prefixed } from '../keys/prefixed.ts'
import { verifyOnce } from '../keys/verify.ts'
import { replaceSession } from './archived-sessions.ts'
import type { LocalIdentity, PreKeyBundle } from './bundle.ts'
import { firstRootKey, stepRootBy } from './root-key.ts'
import type { SessionRecord } from './session-record.ts'

/**
 * A session with the device that published `bundle` (X3DH, as initiator). A session in `existing` is archived.
 *
 * Throws `untrusted_signature` when the signed prekey is not the identity's, `bad_key` for an unusable key.
 */
export function startSession(local: LocalIdentity, bundle: PreKeyBundle, existing?: SessionRecord): SessionRecord {
  const { identityKey, signedPreKey, preKey } = bundle
  if (!verifyOnce(identityKey, prefixed(signedPreKey.publicKey), signedPreKey.signature)) {
    throw new SignalError('untrusted_signature', 'The signed prekey is not signed by the identity key')
  }
  const base = generateWithHandle()
  const ratchet = generateWithHandle()
  const theirSigned = x25519PublicKey(signedPreKey.publicKey)
  const agreements = [
    agreeWith(x25519PrivateKey(local.identity.privateKey), theirSigned),
    agreeWith(base.handle, x25519PublicKey(identityKey)),
    agreeWith(base.handle, theirSigned),
  ]
  if (preKey) agreements.push(agreeWith(base.handle, x25519PublicKey(preKey.publicKey)))
  const first = stepRootBy(agreeWith(ratchet.handle, theirSigned), firstRootKey(agreements))
  return replaceSession(existing, {
    remoteIdentity: Uint8Array.from(identityKey),
    remoteRegistrationId: bundle.registrationId,
    baseKey: base.pair.publicKey,
    rootKey: first.rootKey,
    ratchet: ratchet.pair,
    sending: first.chain,
    previousCounter: 0,
    receiving: [],
    pending: { signedPreKeyId: signedPreKey.keyId, ...(preKey ? { preKeyId: preKey.keyId } : {}) },
  })
}
