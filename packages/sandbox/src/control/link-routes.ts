import { z } from 'zod'
import { readLinkCode } from '../phone/linking/link-code-text.ts'
import { parseQrText } from '../phone/linking/qr-text.ts'
import { ControlError } from './control-error.ts'
import { phoneOf } from './request-parts.ts'
import { type Route, routeWithBody } from './route.ts'
import { deviceView } from './views.ts'

/** What a reader says about a text that it cannot read. */
function readable(read: (text: string) => unknown): (text: string, check: z.core.$RefinementCtx<string>) => void {
  return (text, check) => {
    try {
      read(text)
    } catch (error) {
      check.addIssue({ code: 'custom', message: (error as Error).message })
    }
  }
}

const scan = z.strictObject({
  qr: z.string().max(4096).superRefine(readable(parseQrText)),
  flaw: z
    .enum(['old_phone', 'passkey_proof', 'hmac', 'account_signature'])
    .optional()
    .describe(
      'What goes wrong on purpose: the phone knows no linked devices, takes no proof of who showed the code (where a passkey is asked for), or issues an identity that does not hold',
    ),
})
const linkCode = z.strictObject({ code: z.string().max(32).superRefine(readable(readLinkCode)) })

export const linkRoutes: readonly Route[] = [
  routeWithBody({
    method: 'POST',
    path: '/phones/{id}/scan',
    summary: 'Scans the QR text of a companion, in either form, and links it',
    answer: 'the linked device: `{id, jid, lid, platform, connected, presence, waiting, pre_keys}`',
    body: scan,
    run: async (request) => {
      const { qr, flaw } = request.body
      return deviceView(await orConflict('link_refused', phoneOf(request).scan(qr, flaw)))
    },
  }),
  routeWithBody({
    method: 'POST',
    path: '/phones/{id}/link-code',
    summary: 'Enters the pairing code that a companion shows',
    answer: 'the linked device',
    body: linkCode,
    run: async (request) => {
      const { code } = request.body
      return deviceView(await orConflict('link_refused', phoneOf(request).enterLinkCode(code)))
    },
  }),
  {
    method: 'GET',
    path: '/phones/{id}/devices',
    summary: 'Lists the linked devices of a phone',
    answer: 'a list of linked devices',
    run: (request) => phoneOf(request).devices().map(deviceView),
  },
  {
    method: 'DELETE',
    path: '/phones/{id}/devices/{n}',
    summary: 'Logs a linked device out',
    answer: '`{removed}`',
    run: (request) => {
      const phone = phoneOf(request)
      const id = Number(request.params['n'])
      if (!phone.devices().some((device) => device.id === id)) {
        throw new ControlError(404, 'device_not_found', `${phone.id} has no linked device ${request.params['n']}`)
      }
      phone.unlink(id)
      return { removed: id }
    },
  },
]

async function orConflict<T>(code: string, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw new ControlError(409, code, error instanceof Error ? error.message : String(error))
  })
}
