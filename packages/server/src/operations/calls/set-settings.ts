import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { CallSettings, callSettingsView } from '../../schemas/call.ts'
import { MessageText } from '../../schemas/send-options.ts'

export default defineOperation({
  method: 'PATCH',
  path: '/calls/settings',
  auth: 'device',
  summary: 'Let the device refuse calls by itself',
  description:
    'With `auto_reject`, every call that rings is refused at once. With `reject_text`, the caller is sent that text, except for calls of groups. What is left out stays as it is.',
  body: z.object({
    auto_reject: z.boolean().optional(),
    reject_text: MessageText.nullable()
      .optional()
      .describe('null sends nothing')
      .meta({ examples: ['We cannot take calls here. Please write.'] }),
  }),
  response: CallSettings,
  async run({ calls, principal }, { body }) {
    const { deviceId } = principal
    const known = await calls.settings(deviceId)
    const { auto_reject: autoReject = known.autoReject, reject_text: rejectText = known.rejectText } = body
    await calls.change(deviceId, { autoReject, rejectText })
    return callSettingsView({ autoReject, rejectText })
  },
})
