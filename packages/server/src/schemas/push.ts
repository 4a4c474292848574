import { randomBytes } from 'node:crypto'
import type { PushTarget } from '@switchboard/engine'
import { z } from 'zod'

/** Bytes in standard base64, with or without padding. */
const Bytes = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^[A-Za-z0-9+/]+={0,2}$/, 'is not base64')

/** One of some words, in capitals or not, with white space around it or not. */
const Word = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z
    .string()
    .max(20)
    .trim()
    .toLowerCase()
    .pipe(z.enum(words))
    .meta({ description: `One of ${words.join(', ')}.`, examples: [words[0]] })

const Token = z.string().max(4096).regex(/\S/, 'must not be blank')

const given = (value: string | undefined): boolean => value !== undefined

const tokenRule = { path: ['token'], message: 'is needed for this platform' }
const needsToken = {
  required: ['token'],
  properties: { platform: { pattern: '^\\s*([fF][cC][mM]|[aA][pP][nN][sS])\\s*$' } },
}

/** An app that WhatsApp's servers are to wake. */
export const AppTarget = z
  .strictObject({
    platform: Word(['fcm', 'apns', 'webhook']),
    token: Token.optional().describe(
      'Of the app, as its platform gave it. Needed for `fcm` and `apns`, not used for `webhook`.',
    ),
  })
  .refine(({ platform, token }) => platform === 'webhook' || given(token), tokenRule)
  .meta({
    anyOf: [needsToken, { properties: { platform: { pattern: '^\\s*[wW][eE][bB][hH][oO][oO][kK]\\s*$' } } }],
    examples: [{ platform: 'fcm', token: 'token-of-the-app' }],
  })

/** Everything that WhatsApp's servers can send a sign to. */
export const ServerPushTarget = z
  .strictObject({
    platform: Word(['fcm', 'apns', 'web']),
    token: Token.optional().describe('Needed for `fcm` and `apns`.'),
    voip_token: Token.optional().describe('For `apns`: token for calls.'),
    msg_id_enc_key: Bytes(48)
      .refine((text) => Buffer.from(text, 'base64').length === 32, 'is not 32 bytes')
      .optional()
      .describe(
        'For `apns`: 32 bytes in base64 that seal the message ids in what is pushed. One is made and answered when absent.',
      ),
    endpoint: z
      .string()
      .max(2048)
      .regex(/^https:\/\/\S+$/, 'is not an https URL')
      .optional()
      .describe('Needed for `web`.'),
    auth: Bytes(64).optional().describe('In base64; needed for `web`.'),
    p256dh: Bytes(256).optional().describe('In base64; needed for `web`.'),
  })
  .refine(({ platform, token }) => platform === 'web' || given(token), tokenRule)
  .refine(({ platform, ...web }) => platform !== 'web' || [web.endpoint, web.auth, web.p256dh].every(given), {
    path: ['endpoint'],
    message: 'is needed for this platform, with auth and p256dh',
  })
  .meta({
    anyOf: [
      needsToken,
      { required: ['endpoint', 'auth', 'p256dh'], properties: { platform: { pattern: '^\\s*[wW][eE][bB]\\s*$' } } },
    ],
    examples: [{ platform: 'fcm', token: 'token-of-the-app' }],
  })

const bytes = (text: string | undefined): Buffer => Buffer.from(text ?? '', 'base64')

export const pushTarget = (target: z.output<typeof ServerPushTarget>): PushTarget => {
  const { platform, token = '', voip_token: voipToken, endpoint = '' } = target
  if (platform === 'fcm') return { platform, token }
  if (platform === 'web') return { platform, endpoint, auth: bytes(target.auth), p256dh: bytes(target.p256dh) }
  const messageIdKey = target.msg_id_enc_key === undefined ? randomBytes(32) : bytes(target.msg_id_enc_key)
  return { platform, token, messageIdKey, ...(voipToken !== undefined && { voipToken }) }
}

/** What was registered, with what the owner of the app must keep. */
export const registeredShape = z.object({
  platform: z.string().meta({ examples: ['fcm'] }),
  msg_id_enc_key: z
    .string()
    .optional()
    .meta({ description: 'For `apns`: the key that was made or given, in base64.', examples: ['q80VyQ…'] }),
})

export const registeredView = (target: PushTarget): z.input<typeof registeredShape> => ({
  platform: target.platform,
  ...(target.platform === 'apns' && { msg_id_enc_key: Buffer.from(target.messageIdKey).toString('base64') }),
})
