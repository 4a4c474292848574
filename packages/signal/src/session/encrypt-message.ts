import { SignalError } from '../errors.ts'
import type { LocalIdentity } from './bundle.ts'
import { encryptWith, messageKeys, messageSeed, nextChain } from './message-keys.ts'
import { encodePreKeyWhisperMessage } from './pre-key-whisper-message.ts'
import { SessionRecord } from './session-record.ts'
import { encodeWhisperMessage } from './whisper-message.ts'

/** A message on its way out, with the record that must be stored before it leaves. */
export interface EncryptedMessage {
  record: SessionRecord
  /** `pkmsg` until the peer has answered in this session. */
  type: 'pkmsg' | 'msg'
  ciphertext: Uint8Array
}

/** Encrypts in the record's current session. Throws `no_session`. */
export function encryptMessage(record: SessionRecord, local: LocalIdentity, plaintext: Uint8Array): EncryptedMessage {
  const state = record.current
  if (!state?.sending) throw new SignalError('no_session', 'No open session with this device')
  const keys = messageKeys(messageSeed(state.sending))
  const parties = { sender: local.identity.publicKey, receiver: state.remoteIdentity }
  const message = {
    ratchetKey: state.ratchet.publicKey,
    counter: state.sending.counter,
    previousCounter: state.previousCounter,
    ciphertext: encryptWith(keys, plaintext),
  }
  const inner = encodeWhisperMessage(message, keys.macKey, parties)
  const stepped = new SessionRecord({ ...state, sending: nextChain(state.sending) }, record.archived)
  if (!state.pending) return { record: stepped, type: 'msg', ciphertext: inner }
  const ciphertext = encodePreKeyWhisperMessage({
    ...state.pending,
    registrationId: local.registrationId,
    baseKey: state.baseKey,
    identityKey: local.identity.publicKey,
    message: inner,
  })
  return { record: stepped, type: 'pkmsg', ciphertext }
}
