import { defineOperation } from '../../kit/define-operation.ts'
import { RetentionShape, retentionView } from './retention-shapes.ts'

export default defineOperation({
  method: 'GET',
  path: '/retention',
  auth: 'api_key',
  summary: 'For how long the API key keeps what is stored',
  response: RetentionShape,
  run: async ({ retentions, principal }) => retentionView(await retentions.of(principal.apiKeyId)),
})
