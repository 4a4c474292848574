import { defineOperation } from '../../kit/define-operation.ts'

export default defineOperation({
  method: 'DELETE',
  path: '/integrations/chatwoot',
  auth: 'device',
  summary: 'Remove the bridge to Chatwoot',
  description: 'The inbox stays in Chatwoot with all that is in it. What agents write there is not sent any more.',
  message: 'Bridge removed',
  errors: ['chatwoot_not_found'],
  async run({ chatwoot, principal }) {
    await chatwoot.remove(principal.deviceId)
  },
})
