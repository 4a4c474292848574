import { z } from 'zod'
import type { Context } from '../../kit/context.ts'
import { defineOperation } from '../../kit/define-operation.ts'
import type { PairingView } from '../../pairing/pairing-links.ts'
import { Phone } from '../../schemas/phone.ts'
import { text } from '../../schemas/text.ts'
import { pairingPage } from './pairing-page.ts'
import { PairingPath } from './pairing-shapes.ts'

interface Fields {
  readonly phone?: string
  readonly credential?: string
  readonly same?: 'yes' | 'no'
}

const asked = async ({ pairingLinks }: Context, token: string, fields: Fields): Promise<PairingView> => {
  const { phone: number, credential, same } = fields
  if (credential !== undefined) return pairingLinks.answerPasskey(token, credential)
  if (same !== undefined) return pairingLinks.confirmPasskey(token, same === 'yes')
  if (number === undefined) return pairingLinks.begin(token)
  const phone = Phone.safeParse(number)
  if (phone.success) return pairingLinks.requestCode(token, phone.data)
  const view = await pairingLinks.look(token)
  return view.kind === 'ended' || view.kind === 'linked' ? view : { kind: 'failed', reason: 'invalid_phone' }
}

export default defineOperation({
  method: 'POST',
  path: '/pair/{link_token}',
  auth: 'none',
  summary: 'Ask on the page of a pairing link for a code to scan, or to type on the phone',
  description:
    'The forms of the page send this. Linking begins, and the answer is the page again, with the code or what is wrong. With a phone number it is a code to type. Where WhatsApp asks for the passkey of the account, `credential` brings what was signed, and `same` says whether the phone shows the same code.',
  params: PairingPath,
  deviceOf: ({ pairingLinks }, { link_token: token = '' }) => pairingLinks.deviceOf(token),
  body: z.object({
    phone: text(40)
      .optional()
      .meta({ description: 'Number of the account to link', examples: ['+49 170 1234567'] }),
    credential: text(40_000)
      .optional()
      .meta({ description: 'JSON of what the browser answered for the passkey', examples: [] }),
    same: z.enum(['yes', 'no']).optional().meta({ description: 'Whether the phone shows the same code', examples: [] }),
  }),
  forms: true,
  raw: { 'text/html': 'The page' },
  async run(context, { params, body }) {
    return pairingPage(await asked(context, params.link_token, body), context.requestHeader('accept-language'))
  },
})
