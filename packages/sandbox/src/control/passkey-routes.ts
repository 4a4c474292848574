import { z } from 'zod'
import { assertionFlaws } from '../world/passkeys/authenticator.ts'
import type { Passkey } from '../world/passkeys/passkey.ts'
import { orRefused } from './phone-refusals.ts'
import { phoneOf, present } from './request-parts.ts'
import { type Route, routeWithBody } from './route.ts'

const host = z
  .string()
  .max(253)
  .regex(/^[a-z\d.-]+$/, 'must be a host name')

const passkeyWish = z.strictObject({
  rp_id: host.optional().describe('Host that it is for; `whatsapp.com` when absent'),
  origin: z.url().max(300).optional().describe('Page on which it may be used; `https://web.` and the host when absent'),
  timeout_seconds: z.number().min(0.1).max(600).optional().describe('For how long a challenge counts; 600 when absent'),
  named: z.boolean().optional().describe('Whether WhatsApp names the credential that must sign'),
})

const sign = z.strictObject({
  challenge: z
    .string()
    .regex(/^[\w-]{1,1000}$/)
    .describe('Base64url, as the companion hands it on'),
  flaw: z
    .enum(assertionFlaws)
    .optional()
    .describe(
      'What is wrong on purpose: another key signs, the challenge was encoded twice, another page asked, or nobody was asked for a finger or a PIN',
    ),
})

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')

/** With its private key: a browser's virtual authenticator can take it over. */
const passkeyView = (passkey: Passkey): Record<string, unknown> => ({
  rp_id: passkey.rpId,
  origin: passkey.origin,
  credential_id: base64url(passkey.credentialId),
  user_handle: base64url(passkey.userHandle),
  private_key: base64url(passkey.privateKey),
  timeout_seconds: passkey.timeoutMs / 1000,
  named: passkey.named,
})

/** What {@link passkeyWish} says, as the driver takes it. */
const wishedPasskey = ({ rp_id, origin, timeout_seconds, named }: z.output<typeof passkeyWish>) =>
  present({ rpId: rp_id, origin, named, timeoutMs: timeout_seconds === undefined ? undefined : timeout_seconds * 1000 })

export const passkeyRoutes: readonly Route[] = [
  routeWithBody({
    method: 'POST',
    path: '/phones/{id}/passkey',
    summary: 'Gives the account a passkey: WhatsApp asks for it before a companion is linked from now on',
    answer: '`{rp_id, origin, credential_id, user_handle, private_key, timeout_seconds, named}`; the key is PKCS #8',
    body: passkeyWish,
    run: (request) => passkeyView(phoneOf(request).passkey.make(wishedPasskey(request.body))),
  }),
  {
    method: 'DELETE',
    path: '/phones/{id}/passkey',
    summary: 'Takes the passkey away: companions are linked without one again',
    answer: '`{}`',
    run: (request) => {
      phoneOf(request).passkey.remove()
      return {}
    },
  },
  routeWithBody({
    method: 'POST',
    path: '/phones/{id}/passkey/sign',
    summary: 'Signs a challenge with the passkey, as the person’s browser does on a page of WhatsApp',
    answer: 'what the browser gives the page: `{id, rawId, type, response}`',
    body: sign,
    run: (request) => orRefused(() => phoneOf(request).passkey.sign(request.body.challenge, request.body.flaw)),
  }),
]
