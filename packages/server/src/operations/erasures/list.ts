import { defineOperation } from '../../kit/define-operation.ts'
import { ErasureList, ErasureQuery, readErasures } from './read-erasures.ts'

export default defineOperation({
  method: 'GET',
  path: '/erasures',
  auth: 'owner',
  anywhere: true,
  summary: 'What was erased, newest first',
  query: ErasureQuery,
  response: ErasureList,
  errors: ['invalid_jid', 'invalid_phone'],
  run: (context, { query }) => {
    const { principal } = context
    const { apiKeyId } = principal
    return readErasures(
      context,
      query,
      principal.kind === 'device' ? { apiKeyId, deviceId: principal.deviceId } : { apiKeyId },
    )
  },
})
