import type { PasskeyAssertion, PasskeyRequest } from '@switchboard/engine'
import { z } from 'zod'

/** PublicKeyCredentialRequestOptionsJSON (Web Authentication Level 3, 5.4.2): the names are those of the standard. */
export const PasskeyOptionsJson = z.record(z.string(), z.unknown()).meta({
  description:
    'What `PublicKeyCredential.parseRequestOptionsFromJSON` of a browser takes. `challenge` is base64url of the bytes to sign: decode it once, and do not encode it again',
  examples: [{ challenge: 'q83v…', rpId: 'whatsapp.com', allowCredentials: [], userVerification: 'required' }],
})

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')

export function optionsJson({ options }: PasskeyRequest): Record<string, unknown> {
  const { challenge, rpId, allowCredentials, userVerification, extensions } = options
  return {
    challenge: base64url(challenge),
    rpId,
    allowCredentials: allowCredentials.map(({ id, transports }) => ({
      id: base64url(id),
      type: 'public-key',
      ...(transports && { transports }),
    })),
    userVerification,
    extensions,
  }
}

const bytes = (example: string) =>
  z
    .string()
    .max(16_384)
    .regex(/^[\w-]+={0,2}$/, 'must be base64url')
    .meta({ description: 'Base64url', examples: [example] })
    .transform((text): Uint8Array => Buffer.from(text, 'base64url'))

/** What a browser answers: `credential.toJSON()`. Whatever else it holds is not needed. */
export const PasskeyCredential = z
  .looseObject({
    rawId: bytes('YfZ1bWVs'),
    type: z.literal('public-key'),
    response: z.looseObject({
      clientDataJSON: bytes('eyJ0eXBlIjoid2ViYXV0aG4uZ2V0In0'),
      authenticatorData: bytes('eZ3vN2Ew'),
      signature: bytes('MEUCIQDf'),
      userHandle: bytes('c2FuZHJh').nullish(),
    }),
  })
  .transform(({ rawId, response }): PasskeyAssertion => {
    const { clientDataJSON, authenticatorData, signature, userHandle } = response
    return {
      credentialId: rawId,
      clientDataJson: clientDataJSON,
      authenticatorData,
      signature,
      ...(userHandle && { userHandle }),
    }
  })
