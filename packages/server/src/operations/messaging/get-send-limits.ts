import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { DailyLimit, QuietHours } from '../../schemas/send-limits.ts'

export default defineOperation({
  method: 'GET',
  path: '/devices/me/send-limits',
  auth: 'device',
  summary: 'The quiet hours and the daily limit of the device',
  response: z.object({
    quiet_hours: QuietHours.nullable(),
    daily_limit: DailyLimit.nullable(),
    sent_today: z
      .int()
      .nullable()
      .meta({ description: 'How many messages of the daily limit have left today; null without one', examples: [17] }),
  }),
  async run({ sendLimits, principal: { deviceId } }) {
    const { quiet, daily } = sendLimits.of(deviceId)
    return {
      quiet_hours: quiet && { from: quiet.from, to: quiet.to, time_zone: quiet.zone },
      daily_limit: daily && { messages: daily.messages, time_zone: daily.zone },
      sent_today: (await sendLimits.sentToday(deviceId)) ?? null,
    }
  },
})
