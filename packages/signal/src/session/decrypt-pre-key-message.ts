import { SignalError } from '../errors.ts'
import { sameBytes } from '../primitives/bytes.ts'
import { acceptSession } from './accept-session.ts'
import { replaceSession } from './archived-sessions.ts'
import type { LocalIdentity, PreKeySource } from './bundle.ts'
import { decodeSessionState } from './decode-session.ts'
import { type DecryptedMessage, decryptMessage } from './decrypt-message.ts'
import { decodePreKeyWhisperMessage, type PreKeyWhisperMessage } from './pre-key-whisper-message.ts'
import { receiveStep } from './receive-step.ts'
import type { SessionRecord } from './session-record.ts'
import { decodeWhisperMessage } from './whisper-message.ts'

/** A prekey message that was read. */
export interface DecryptedPreKeyMessage extends DecryptedMessage {
  /** The one-time prekey that this message consumed: delete it along with storing the record. */
  usedPreKeyId?: number
  /** The sender's identity key, proven by the message's MAC. */
  identityKey: Uint8Array
  registrationId: number
}

/**
 * Decrypts a `pkmsg`: in the session that its base key started, else in a new session, which replaces the current one.
 *
 * Throws `unknown_prekey` and what {@link decryptMessage} throws. Whether a changed identity is acceptable is for the caller
 * to decide, before storing the record.
 */
export function decryptPreKeyMessage(
  record: SessionRecord | undefined,
  local: LocalIdentity,
  keys: PreKeySource,
  ciphertext: Uint8Array,
): DecryptedPreKeyMessage {
  const message = decodePreKeyWhisperMessage(ciphertext)
  const sender = { identityKey: Uint8Array.from(message.identityKey), registrationId: message.registrationId }
  if (record && hasSessionOf(record, message)) return { ...decryptMessage(record, local, message.message), ...sender }
  const incoming = { bytes: message.message, message: decodeWhisperMessage(message.message) }
  const { state, plaintext } = receiveStep(acceptSession(local, keys, message), local, incoming)
  const used = message.preKeyId === undefined ? {} : { usedPreKeyId: message.preKeyId }
  return { record: replaceSession(record, state), plaintext, ...used, ...sender }
}

/**
 * Whether the message belongs to a session of this record, so that no prekey is needed to read it. The peer repeats the prekey part
 * until it hears from us: most prekey messages do. Throws `bad_mac` for a base key under another identity.
 */
export function hasSessionOf(record: SessionRecord, message: PreKeyWhisperMessage): boolean {
  const isSame = (state: { baseKey: Uint8Array }) => sameBytes(state.baseKey, message.baseKey)
  const known =
    record.current && isSame(record.current) ? record.current : record.archived.map(decodeSessionState).find(isSame)
  if (!known) return false
  if (sameBytes(known.remoteIdentity, message.identityKey)) return true
  throw new SignalError('bad_mac', "A session's base key under another identity")
}
