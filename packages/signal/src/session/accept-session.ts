import { SignalError } from '../errors.ts'
import { agree } from '../keys/agree.ts'
import type { LocalIdentity, PreKeySource } from './bundle.ts'
import type { PreKeyWhisperMessage } from './pre-key-whisper-message.ts'
import { firstRootKey } from './root-key.ts'
import type { SessionState } from './session-state.ts'

/** The responder's side of X3DH: the session that a prekey message asks for, before its first ratchet step. */
export function acceptSession(local: LocalIdentity, keys: PreKeySource, message: PreKeyWhisperMessage): SessionState {
  const signedPreKey = keys.signedPreKey(message.signedPreKeyId)
  if (!signedPreKey) throw new SignalError('unknown_prekey', `No signed prekey ${message.signedPreKeyId}`)
  const agreements = [
    agree(signedPreKey.privateKey, message.identityKey),
    agree(local.identity.privateKey, message.baseKey),
    agree(signedPreKey.privateKey, message.baseKey),
  ]
  if (message.preKeyId !== undefined) {
    const preKey = keys.preKey(message.preKeyId)
    if (!preKey) throw new SignalError('unknown_prekey', `No prekey ${message.preKeyId}`)
    agreements.push(agree(preKey.privateKey, message.baseKey))
  }
  return {
    remoteIdentity: Uint8Array.from(message.identityKey),
    remoteRegistrationId: message.registrationId,
    baseKey: Uint8Array.from(message.baseKey),
    rootKey: firstRootKey(agreements),
    ratchet: signedPreKey,
    previousCounter: 0,
    receiving: [],
  }
}
