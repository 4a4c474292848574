import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { pairingPage } from './pairing-page.ts'
import { PairingPath } from './pairing-shapes.ts'

export default defineOperation({
  method: 'GET',
  path: '/pair/{link_token}',
  auth: 'none',
  summary: 'The page of a pairing link',
  description:
    'For people: shows the code to scan, how long it counts, and whether the device is linked by now. It refreshes itself, in English or Spanish by `Accept-Language`. Opening it begins linking. A link that has ended answers 404, as a page too.',
  params: PairingPath,
  query: z.object({ look: z.literal('1').optional().describe('Only looks: nothing begins') }),
  raw: { 'text/html': 'The page' },
  async run(context, { params, query }) {
    const view = await context.pairingLinks.look(params.link_token, { begins: query.look === undefined })
    return pairingPage(view, context.requestHeader('accept-language'))
  },
})
