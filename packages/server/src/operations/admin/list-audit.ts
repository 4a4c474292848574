import { defineOperation } from '../../kit/define-operation.ts'
import { wholeNumber } from '../../schemas/whole-number.ts'
import { AuditList, AuditQuery, readAudit } from './audit-shapes.ts'

export default defineOperation({
  method: 'GET',
  path: '/admin/audit',
  auth: 'admin',
  summary: 'Who did what, newest first',
  query: AuditQuery.extend({
    api_key_id: wholeNumber(1).optional().describe('Only what concerns this API key and its devices'),
  }),
  response: AuditList,
  run: (context, { query: { api_key_id, ...query } }) => readAudit(context, query, { apiKeyId: api_key_id }),
})
