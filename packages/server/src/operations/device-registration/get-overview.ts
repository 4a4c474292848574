import { defineOperation } from '../../kit/define-operation.ts'
import { OverviewShape, overviewView } from '../admin/overview-shapes.ts'

export default defineOperation({
  method: 'GET',
  path: '/overview',
  auth: 'api_key',
  summary: 'How the devices of the API key do, and what needs a person',
  description:
    'Devices, messages, what waits, webhooks, and a list of what a person should look at: of this API key and its devices alone.',
  response: OverviewShape,
  run: async ({ overviews, principal }) => overviewView(await overviews.read(principal.apiKeyId)),
})
