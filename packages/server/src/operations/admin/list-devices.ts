import { defineOperation } from '../../kit/define-operation.ts'
import { wholeNumber } from '../../schemas/whole-number.ts'
import { DeviceTable, DeviceTableQuery, readDeviceTable } from './device-table.ts'

export default defineOperation({
  method: 'GET',
  path: '/admin/devices',
  auth: 'admin',
  summary: 'The devices of every customer, newest first unless asked otherwise',
  description:
    'What is stored of each, how its connection does now, and what to do about it. A page of fifty is about as quick with ten thousand devices as with ten; only `sort=last_seen` and `search` look at every device.',
  query: DeviceTableQuery.extend({
    api_key_id: wholeNumber(1).optional().describe('Only devices of this API key'),
  }),
  response: DeviceTable,
  run: (context, { query }) => readDeviceTable(context, query, { apiKeyId: query.api_key_id }),
})
