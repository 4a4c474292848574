import { defineOperation } from '../../kit/define-operation.ts'
import { previewView, RetentionPreview, RetentionQuery, toChange } from './retention-shapes.ts'

export default defineOperation({
  method: 'GET',
  path: '/retention/preview',
  auth: 'api_key',
  summary: 'How much would go because of its age',
  description: 'Nothing is changed. Rows are counted, which takes a while where there are millions.',
  query: RetentionQuery,
  response: RetentionPreview,
  run: async ({ retentions, principal }, { query }) =>
    previewView(await retentions.preview(principal.apiKeyId, toChange(query))),
})
