import { z } from 'zod'
import { defineOperation, RawAnswer } from '../../kit/define-operation.ts'

const Output = z
  .enum(['json', 'html'])
  .describe('`json` (default) or `html`, a page with the picture, which refreshes itself.')

/** The page holds one inline picture and no script. */
const pageHeaders = {
  'content-security-policy': "default-src 'none'; img-src data:; style-src 'unsafe-inline'",
  'cache-control': 'no-store',
}

/** The page is the answer of a POST, which a browser cannot ask for again: after a moment it becomes that of a pairing link. */
const refreshSeconds = 5
const linkLifeMs = 900_000

const page = (title: string, body: string, next?: string): RawAnswer =>
  new RawAnswer(
    'text/html; charset=utf-8',
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width,initial-scale=1">${next ? `<meta http-equiv="refresh" content="${refreshSeconds};url=${next}">` : ''}
<style>:root{color-scheme:light dark}body{font:16px system-ui;display:grid;place-items:center;min-height:90vh;text-align:center}img{max-width:100%}</style></head>
<body><main><h1>${title}</h1>${body}</main></body></html>`,
    pageHeaders,
  )

export default defineOperation({
  method: 'POST',
  path: '/devices/me/login',
  auth: 'device',
  summary: 'Link the device by QR code',
  description:
    'Starts linking and answers with the code to scan in WhatsApp under Linked devices. Call it again for the current code: WhatsApp changes it every 20 to 60 seconds. A device that is linked already is connected, and the answer carries no data.',
  query: z.object({ output: Output.optional() }),
  body: z.object({ output: Output.optional() }),
  forms: true,
  response: z
    .object({
      qr_code: z.string().describe('PNG of 256 pixels as a data URI'),
      qr_text: z.string().describe('What the picture encodes'),
      timeout: z.int().describe('Seconds for which this code stays valid'),
    })
    .optional(),
  raw: { 'text/html': 'With `output=html`: a page with the picture' },
  errors: ['passkey_required', 'too_many_pairings', 'whatsapp_error', 'whatsapp_timeout'],
  async run({ sessions, pairingLinks, clock, principal, baseUrl }, { query, body }) {
    const html = (body.output ?? query.output) === 'html'
    const login = await sessions.login(principal.deviceId)
    if (login.kind === 'already_linked') {
      return html ? page('Linked', '<p>This device is linked already.</p>') : undefined
    }
    const { text, validForMs } = login.qr
    const { default: QRCode } = await import('qrcode')
    const picture = await QRCode.toDataURL(text, { width: 256, errorCorrectionLevel: 'M' })
    const timeout = Math.max(0, Math.round((login.shownAt + validForMs - clock.monotonic()) / 1000))
    if (!html) return { qr_code: picture, qr_text: text, timeout }
    const { token } = await pairingLinks.create(principal.deviceId, linkLifeMs)
    return page(
      'Scan with WhatsApp',
      `<img src="${picture}" alt="QR code" width="256" height="256"><p>Valid for ${timeout} seconds.</p>`,
      `${baseUrl}/pair/${token}`,
    )
  },
})
