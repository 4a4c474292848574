import { createHash, createPrivateKey, sign } from 'node:crypto'
import type { Passkey } from './passkey.ts'

/** What a browser answers a page (`PublicKeyCredential.toJSON`): bytes are base64url without padding. */
export interface AssertionJson {
  readonly id: string
  readonly rawId: string
  readonly type: string
  readonly response: {
    readonly clientDataJSON: string
    readonly authenticatorData: string
    readonly signature: string
    readonly userHandle?: string | null
  }
}

/** What can be wrong on purpose: another key signs; the page gave the challenge's text away as if it were the bytes; another page asks; nobody was asked
 *  for a finger or a PIN. */
export const assertionFlaws = ['signature', 'encoded_twice', 'origin', 'unverified'] as const

export type AssertionFlaw = (typeof assertionFlaws)[number]

const userPresent = 0x01
const userVerified = 0x04

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')

/** The person's authenticator, with the browser before it: signs a challenge (Web Authentication Level 3, 5.8.1, 6.1 and 6.3.3).
 *  @param challenge base64url, as in the options that a companion hands on */
export function signChallenge(passkey: Passkey, challenge: string, flaw?: AssertionFlaw): AssertionJson {
  const { credentialId, userHandle, privateKey } = passkey
  const client = clientData(passkey, flaw === 'encoded_twice' ? base64url(Buffer.from(challenge)) : challenge, flaw)
  const data = authenticatorData(passkey, flaw)
  const key = createPrivateKey({ key: Buffer.from(privateKey), format: 'der', type: 'pkcs8' })
  const signature = sign('sha256', Buffer.concat([data, createHash('sha256').update(client).digest()]), key)
  if (flaw === 'signature') signature[signature.length - 1]! ^= 1
  const id = base64url(credentialId)
  return {
    ...{ id, rawId: id, type: 'public-key' },
    response: {
      clientDataJSON: base64url(client),
      authenticatorData: base64url(data),
      signature: base64url(signature),
      userHandle: base64url(userHandle),
    },
  }
}

function clientData({ origin }: Passkey, challenge: string, flaw?: AssertionFlaw): Buffer {
  const from = flaw === 'origin' ? 'https://whatsapp.example' : origin
  return Buffer.from(JSON.stringify({ type: 'webauthn.get', challenge, origin: from, crossOrigin: false }))
}

function authenticatorData(passkey: Passkey, flaw?: AssertionFlaw): Buffer {
  passkey.signCount++
  const rest = Buffer.alloc(5)
  rest[0] = flaw === 'unverified' ? userPresent : userPresent | userVerified
  rest.writeUInt32BE(passkey.signCount, 1)
  return Buffer.concat([createHash('sha256').update(passkey.rpId).digest(), rest])
}
