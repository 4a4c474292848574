import { defineOperation } from '../../kit/define-operation.ts'
import { CallSettings, callSettingsView } from '../../schemas/call.ts'

export default defineOperation({
  method: 'GET',
  path: '/calls/settings',
  auth: 'device',
  summary: 'What the device does about calls by itself',
  response: CallSettings,
  run: async ({ calls, principal }) => callSettingsView(await calls.settings(principal.deviceId)),
})
