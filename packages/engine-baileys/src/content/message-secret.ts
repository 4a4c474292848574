import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import type { SealedParties } from '@switchboard/engine'
import type { Message } from '../generated/messages.ts'
import { unwrap } from './unwrap.ts'

/** What the secret of a message is used for; the words are part of the key. Seen in: whatsmeow msgsecret.go, whatsapp-rust message secrets. */
export type SecretUse = 'Poll Vote' | 'Event Response' | 'Enc Reaction' | 'Enc Comment' | 'Message Edit'

export interface Sealed {
  readonly encPayload: Uint8Array
  readonly encIv: Uint8Array
}

const [ivBytes, tagBytes, secretBytes] = [12, 16, 32]

/** Votes and answers to events also name their sealer next to the ciphertext, so that nobody on the way can pass them on as somebody else's. */
const namesSealer: ReadonlySet<SecretUse> = new Set(['Poll Vote', 'Event Response'])

/** The secret that came with a message, inside or outside of its wrappers. Undefined for one that nothing can be sealed with. */
export function secretOf(message: Message): Uint8Array | undefined {
  const secret = unwrap(message).message.messageContextInfo?.messageSecret
  return secret?.length === secretBytes ? secret : undefined
}

/** Seals something about a message with that message's secret (AES-256-GCM). @param named the two in the words of the chat */
export function sealWithSecret(
  use: SecretUse,
  secret: Uint8Array,
  { id, author, by }: { readonly id: string; readonly author: string; readonly by: string },
  plaintext: Uint8Array,
): Sealed {
  const encIv = new Uint8Array(randomBytes(ivBytes))
  const cipher = createCipheriv('aes-256-gcm', keyOf(use, secret, id, author, by), encIv)
  cipher.setAAD(aadOf(use, id, by))
  const encPayload = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
  return { encPayload: new Uint8Array(encPayload), encIv }
}

/** Opens it, under whichever of their addresses the two were named: clients differ, and the chats of one account move from numbers to LIDs one by one.
 *  Undefined when it was sealed by somebody else, or with another secret. */
export function openWithSecret(
  use: SecretUse,
  secret: Uint8Array,
  { id, authors, by }: SealedParties,
  { encPayload, encIv }: { readonly [Part in keyof Sealed]?: Sealed[Part] | undefined },
): Uint8Array | undefined {
  if (!encPayload || encPayload.length < tagBytes || encIv?.length !== ivBytes) return undefined
  for (const author of new Set(authors)) {
    for (const sealer of new Set(by)) {
      const decipher = createDecipheriv('aes-256-gcm', keyOf(use, secret, id, author, sealer), encIv)
      decipher.setAAD(aadOf(use, id, sealer))
      decipher.setAuthTag(encPayload.subarray(-tagBytes))
      try {
        return new Uint8Array(Buffer.concat([decipher.update(encPayload.subarray(0, -tagBytes)), decipher.final()]))
      } catch {
        // Another pair of addresses may be the one.
      }
    }
  }
  return undefined
}

const keyOf = (use: SecretUse, secret: Uint8Array, id: string, author: string, by: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, new Uint8Array(), `${id}${author}${by}${use}`, 32))

const aadOf = (use: SecretUse, id: string, by: string): Buffer =>
  Buffer.from(namesSealer.has(use) ? `${id}\0${by}` : '')
