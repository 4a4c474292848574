import { defineOperation } from '../../kit/define-operation.ts'
import { DeviceTable, DeviceTableQuery, readDeviceTable } from '../admin/device-table.ts'

export default defineOperation({
  method: 'GET',
  path: '/devices',
  auth: 'api_key',
  summary: 'The devices of the API key, newest first unless asked otherwise',
  description: 'What is stored of each, how its connection does now, and what to do about it.',
  query: DeviceTableQuery,
  response: DeviceTable,
  run: (context, { query }) => readDeviceTable(context, query, context.principal),
})
