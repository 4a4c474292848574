import { defineOperation } from '../../kit/define-operation.ts'
import { ChatwootBridge } from '../../schemas/chatwoot.ts'
import { bridgeView } from './chatwoot-view.ts'

export default defineOperation({
  method: 'GET',
  path: '/integrations/chatwoot',
  auth: 'device',
  summary: 'The bridge to Chatwoot: its state, how far it is, and its last error',
  response: ChatwootBridge,
  errors: ['chatwoot_not_found'],
  async run({ chatwoot, principal }) {
    return bridgeView(await chatwoot.describe(principal.deviceId))
  },
})
