import { decodePreKeyWhisperMessage, prefixed } from '@switchboard/signal'

/** Reads a prekey message without its version byte, as baileys does to learn the sender's identity key. */
export const PreKeyWhisperMessage = {
  decode(bytes) {
    const message = decodePreKeyWhisperMessage(Buffer.concat([Buffer.of(0x33), bytes]))
    return {
      ...message,
      baseKey: Buffer.from(prefixed(message.baseKey)),
      identityKey: Buffer.from(prefixed(message.identityKey)),
      message: Buffer.from(message.message),
    }
  },
}
