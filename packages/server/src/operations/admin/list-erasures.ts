import { defineOperation } from '../../kit/define-operation.ts'
import { ErasureList, ErasureQuery, readErasures } from '../erasures/read-erasures.ts'

export default defineOperation({
  method: 'GET',
  path: '/admin/erasures',
  auth: 'admin',
  summary: 'What was erased of every customer, newest first',
  query: ErasureQuery,
  response: ErasureList,
  errors: ['invalid_jid', 'invalid_phone'],
  run: (context, { query }) => readErasures(context, query, {}),
})
