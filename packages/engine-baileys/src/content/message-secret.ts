import type { SealedParties } from '@switchboard/engine'
import { hkdf, noSalt } from '@switchboard/signal'
import type { Message, MessageKey } from '../generated/messages.ts'
import { openGcm, sealGcm } from '../shared/aes-gcm.ts'
import { unwrap } from './unwrap.ts'

/** What the secret of a message is used for; the words are part of the key. Seen in: whatsmeow msgsecret.go, zapo use-case-secret.ts. */
export type SecretUse =
  | ('Poll Vote' | 'Event Response' | 'Enc Reaction' | 'Enc Comment')
  | ('Message Edit' | 'Event Edit' | 'Poll Edit' | 'Poll Add Option')

export interface Sealed {
  readonly encPayload: Uint8Array
  readonly encIv: Uint8Array
}

const secretBytes = 32

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
  const { payload, iv } = sealGcm(keyOf(use, secret, id, author, by), aadOf(use, id, by), plaintext)
  return { encPayload: new Uint8Array(payload), encIv: new Uint8Array(iv) }
}

/** Seals what stood in the open until it left, and takes the secret out of the message that carried it along.
 *  @param parties the message that it is about, and the chat and the own account as the stanza names them */
export function sealDraft(
  use: SecretUse,
  { messageContextInfo, ...content }: Message,
  { key, chat, own }: { readonly key: MessageKey | undefined; readonly chat: string; readonly own: string },
  plaintext: Uint8Array,
): { readonly sealed: Sealed; readonly rest: Message } {
  const { messageSecret, ...others } = messageContextInfo!
  const author = key?.fromMe ? own : (key?.participant ?? chat)
  return {
    sealed: sealWithSecret(use, messageSecret!, { id: key?.id ?? '', author, by: own }, plaintext),
    rest: { ...content, ...(Object.keys(others).length > 0 ? { messageContextInfo: others } : {}) },
  }
}

/** Opens it, under whichever of their addresses the two were named: clients differ, and the chats of one account move from numbers to LIDs one by one.
 *  Undefined when it was sealed by somebody else, or with another secret. */
export function openWithSecret(
  use: SecretUse,
  secret: Uint8Array,
  { id, authors, by }: SealedParties,
  { encPayload, encIv }: { readonly [Part in keyof Sealed]?: Sealed[Part] | undefined },
): Uint8Array | undefined {
  if (!encPayload || !encIv) return undefined
  for (const author of new Set(authors)) {
    for (const sealer of new Set(by)) {
      const key = keyOf(use, secret, id, author, sealer)
      const opened = openGcm(key, aadOf(use, id, sealer), { payload: encPayload, iv: encIv })
      if (opened) return new Uint8Array(opened)
    }
  }
  return undefined
}

const keyOf = (use: SecretUse, secret: Uint8Array, id: string, author: string, by: string): Uint8Array =>
  hkdf(secret, noSalt, Buffer.from(`${id}${author}${by}${use}`), 32)

const aadOf = (use: SecretUse, id: string, by: string): Buffer =>
  Buffer.from(namesSealer.has(use) ? `${id}\0${by}` : '')
