import { createHash, createPublicKey, verify } from 'node:crypto'
import { z } from 'zod'
import type { Passkey } from './passkey.ts'

const base64url = z
  .string()
  .regex(/^[\w-]+$/)
  .transform((text) => Buffer.from(text, 'base64url'))
const assertion = z.object({
  id: z.string(),
  rawId: base64url,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: base64url.nullish(),
  }),
})
const client = z.object({
  type: z.string(),
  challenge: z.string(),
  origin: z.string(),
  crossOrigin: z.boolean().optional(),
})

type Assertion = z.output<typeof assertion>

/** Why what a companion says was signed does not prove the account's passkey; undefined when it does (Web Authentication Level 3, 7.2).
 *  @param json as the companion sent it */
export function assertionFault(passkey: Passkey, challenge: Uint8Array, credentialId: Uint8Array, json: string) {
  const read = assertion.safeParse(parsed(json))
  if (!read.success) return 'the assertion is not that of a browser'
  const { rawId, id } = read.data
  if (!rawId.equals(credentialId) || id !== rawId.toString('base64url')) return 'two credential ids'
  if (!rawId.equals(passkey.credentialId)) return 'another credential'
  return clientFault(passkey, challenge, read.data) ?? authenticatorFault(passkey, read.data)
}

function clientFault({ origin }: Passkey, challenge: Uint8Array, { response }: Assertion): string | undefined {
  const read = client.safeParse(parsed(response.clientDataJSON.toString()))
  if (!read.success || read.data.type !== 'webauthn.get') return 'clientDataJSON is not that of an assertion'
  if (read.data.challenge !== Buffer.from(challenge).toString('base64url')) return 'another challenge was signed'
  if (read.data.origin !== origin || read.data.crossOrigin) return `signed on a page of ${read.data.origin}`
  return undefined
}

function authenticatorFault(passkey: Passkey, { response }: Assertion): string | undefined {
  const { authenticatorData, clientDataJSON, signature, userHandle } = response
  if (authenticatorData.length < 37) return 'authenticatorData is cut short'
  const host = createHash('sha256').update(passkey.rpId).digest()
  if (!authenticatorData.subarray(0, 32).equals(host)) return 'signed for another host'
  const flags = authenticatorData[32]!
  if ((flags & 1) === 0 || (flags & 4) === 0) return 'nobody was asked for a finger or a PIN'
  if (userHandle && !userHandle.equals(passkey.userHandle)) return 'the passkey of somebody else'
  const key = createPublicKey({ key: Buffer.from(passkey.publicKey), format: 'der', type: 'spki' })
  const said = Buffer.concat([authenticatorData, createHash('sha256').update(clientDataJSON).digest()])
  if (!verify('sha256', said, key, signature)) return 'the signature does not hold'
  const count = authenticatorData.readUInt32BE(33)
  if (count > 0 && count < passkey.signCount) return 'the authenticator counts backwards'
  passkey.signCount = Math.max(passkey.signCount, count)
  return undefined
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
