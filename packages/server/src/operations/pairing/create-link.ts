import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { Instant } from '../../schemas/instant.ts'

const standardSeconds = 900
const mostSeconds = 86_400

export default defineOperation({
  method: 'POST',
  path: '/devices/me/pairing-links',
  auth: 'device',
  summary: 'Make a link to a page on which somebody else links the device',
  description:
    'For the owner of the phone: the page shows the code to scan or to type and says when it is linked. Whoever has the link can link this device with a WhatsApp account, once, and do nothing else. The URL is shown in this answer and never again.',
  body: z.object({
    expires_in: z
      .int()
      .min(60)
      .max(mostSeconds)
      .default(standardSeconds)
      .describe('Seconds for which the link counts; 15 minutes when absent, a day at most'),
  }),
  response: z.object({
    url: z.string().meta({ examples: ['https://api.example.com/pair/Zk3v0Q…'] }),
    expires_at: Instant,
  }),
  status: 201,
  message: 'Pairing link made',
  async run({ pairingLinks, principal, baseUrl }, { body }) {
    const { token, expiresAt } = await pairingLinks.create(principal.deviceId, body.expires_in * 1000)
    return { url: `${baseUrl}/pair/${token}`, expires_at: expiresAt }
  },
})
