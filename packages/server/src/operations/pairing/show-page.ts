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
    'For people: shows the code to scan, how long it counts, and whether the device is linked by now. It refreshes itself, in English or Spanish by `Accept-Language`. Opening it begins nothing, since programs open links too: a button of the page does. A link that has ended answers 404, as a page too.',
  params: PairingPath,
  deviceOf: ({ pairingLinks }, { link_token: token = '' }) => pairingLinks.deviceOf(token),
  query: z.object({ look: z.literal('1').optional().describe('The page looks again: what failed meanwhile is said') }),
  raw: { 'text/html': 'The page' },
  async run(context, { params, query }) {
    const { pairingLinks } = context
    const { link_token } = params
    const view = await (query.look === undefined ? pairingLinks.open(link_token) : pairingLinks.look(link_token))
    return pairingPage(view, context.requestHeader('accept-language'))
  },
})
