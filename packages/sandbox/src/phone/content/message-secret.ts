import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { formatJid } from '../../wire/jid.ts'
import type { Account } from '../../world/account.ts'
import { type Addressing, accountJid } from '../../world/address.ts'

/** What the secret of a message is used for; the words are part of the key. Seen in: whatsmeow msgsecret.go. */
export type SecretUse = 'Poll Vote' | 'Event Response' | 'Enc Comment' | 'Enc Reaction'

/** Both people are named in the key. */
export interface SecretParties {
  /** Id and author of the message that has this secret. */
  readonly id: string
  readonly author: Account
  /** Who seals. */
  readonly by: Account
}

export interface Sealed {
  readonly encPayload: Uint8Array
  readonly encIv: Uint8Array
}

const tagBytes = 16

/** How the two are named: the author as in the message itself, the sealer as in what it sends now. */
export interface SecretAddressing {
  readonly author: Addressing
  readonly by: Addressing
  /** Some clients name a device of the author. */
  readonly authorDevice?: number
}

/** Seals something about a message with that message's secret (AES-256-GCM). */
export function sealWithSecret(
  use: SecretUse,
  secret: Uint8Array,
  parties: SecretParties,
  addressing: SecretAddressing,
  plaintext: Uint8Array,
): Sealed {
  const { key, aad } = derive(use, secret, parties, addressing)
  const encIv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, encIv)
  if (aad) cipher.setAAD(aad)
  const encPayload = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
  return { encPayload: new Uint8Array(encPayload), encIv: new Uint8Array(encIv) }
}

/** Opens it, in whichever addressing the two were named. Undefined when it was sealed by somebody else or with another secret. */
export function openWithSecret(
  use: SecretUse,
  secret: Uint8Array,
  parties: SecretParties,
  sealed: Partial<Sealed>,
): Uint8Array | undefined {
  const { encPayload, encIv } = sealed
  if (!encPayload || encPayload.length < tagBytes || encIv?.length !== 12) return undefined
  const both = ['lid', 'pn'] as const
  for (const author of both) {
    for (const by of both) {
      const { key, aad } = derive(use, secret, parties, { author, by })
      const opened = decrypt(key, aad, encPayload, encIv)
      if (opened) return opened
    }
  }
  return undefined
}

function derive(
  use: SecretUse,
  secret: Uint8Array,
  { id, author, by }: SecretParties,
  addressing: SecretAddressing,
): { key: Uint8Array; aad: Uint8Array | undefined } {
  const sealer = formatJid(accountJid(by, addressing.by))
  const device = addressing.authorDevice
  const named = { ...accountJid(author, addressing.author), ...(device === undefined ? {} : { device }) }
  const info = Buffer.from(`${id}${formatJid(named)}${sealer}${use}`)
  const key = new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(0), info, 32))
  return { key, aad: use === 'Poll Vote' || use === 'Event Response' ? Buffer.from(`${id}\0${sealer}`) : undefined }
}

function decrypt(
  key: Uint8Array,
  aad: Uint8Array | undefined,
  payload: Uint8Array,
  iv: Uint8Array,
): Uint8Array | undefined {
  const decipher = createDecipheriv('aes-256-gcm', key, iv)
  if (aad) decipher.setAAD(aad)
  decipher.setAuthTag(payload.subarray(-tagBytes))
  try {
    return new Uint8Array(Buffer.concat([decipher.update(payload.subarray(0, -tagBytes)), decipher.final()]))
  } catch {
    return undefined
  }
}
