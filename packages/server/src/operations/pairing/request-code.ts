import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { Phone } from '../../schemas/phone.ts'
import { text } from '../../schemas/text.ts'
import { pairingPage } from './pairing-page.ts'
import { PairingPath } from './pairing-shapes.ts'

export default defineOperation({
  method: 'POST',
  path: '/pair/{link_token}',
  auth: 'none',
  summary: 'Ask on the page of a pairing link for a code to type on the phone',
  description: 'The form of the page sends this. The answer is the page again, with the code or what is wrong.',
  params: PairingPath,
  body: z.object({
    phone: text(40).meta({ description: 'Number of the account to link', examples: ['+49 170 1234567'] }),
  }),
  forms: true,
  raw: { 'text/html': 'The page' },
  async run(context, { params, body }) {
    const phone = Phone.safeParse(body.phone)
    const view = phone.success
      ? await context.pairingLinks.requestCode(params.link_token, phone.data)
      : ({ kind: 'failed', reason: 'invalid_phone' } as const)
    return pairingPage(view, context.requestHeader('accept-language'))
  },
})
