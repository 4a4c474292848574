import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { DailyLimit, QuietHours } from '../../schemas/send-limits.ts'

export default defineOperation({
  method: 'PATCH',
  path: '/devices/me/send-limits',
  auth: 'device',
  summary: 'Set the quiet hours and the daily limit of the device',
  description:
    'A message that may not leave now waits until it may, and what is sent after it waits behind it: the answer is 202 with the status `scheduled`, `send_at` and a `reason`. `POST /messages/{message_id}/cancel` takes it back. Reactions, edits, deletions, votes and other changes of messages, statuses, channel posts and automatic answers neither wait nor count. What is left out stays as it is; a change is in force at once, for messages that wait too.',
  body: z.object({
    quiet_hours: QuietHours.nullable().optional().describe('Nothing leaves in these hours; null: none'),
    daily_limit: DailyLimit.nullable().optional().describe('What is over it leaves on the next day; null: none'),
  }),
  async run({ sendLimits, principal: { deviceId } }, { body: { quiet_hours: quiet, daily_limit: daily } }) {
    await sendLimits.change(deviceId, {
      quiet: quiet && { from: quiet.from, to: quiet.to, zone: quiet.time_zone },
      daily: daily && { messages: daily.messages, zone: daily.time_zone },
    })
  },
})
