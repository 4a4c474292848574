import { defineOperation } from '../../kit/define-operation.ts'
import { AuditList, AuditQuery, readAudit } from '../admin/audit-shapes.ts'

export default defineOperation({
  method: 'GET',
  path: '/audit',
  auth: 'api_key',
  summary: 'Who did what to the API key and its devices, newest first',
  query: AuditQuery,
  response: AuditList,
  run: (context, { query }) =>
    readAudit(context, query, { apiKeyId: context.principal.apiKeyId, operatorAddress: false }),
})
