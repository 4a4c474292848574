import { defineOperation } from '../../kit/define-operation.ts'
import { actorOf } from '../../tenants/principals.ts'
import { RetentionChange, RetentionShape, retentionView, toChange } from './retention-shapes.ts'

export default defineOperation({
  method: 'PATCH',
  path: '/retention',
  auth: 'api_key',
  summary: 'Say for how long the API key keeps what is stored',
  description:
    'What is left out stays as it is. What is too old goes within about an hour, in small steps. A customer may keep less than the server does for all; the operator (`X-Admin-Secret` with `X-API-Key-ID`) may set anything. `GET /retention/preview` says before how much would go.',
  destructive: true,
  body: RetentionChange,
  response: RetentionShape,
  message: 'Retention updated',
  async run({ retentions, principal }, { body }) {
    const by = { isOperator: principal.by.kind === 'admin', actor: actorOf(principal.by) }
    return retentionView(await retentions.set(principal.apiKeyId, toChange(body), by))
  },
})
