import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { AutoPause, ChatGap, DailyLimit, QuietHours, TimeZone, WarmUp } from '../../schemas/send-limits.ts'

const minuteMs = 60_000

export default defineOperation({
  method: 'GET',
  path: '/devices/me/send-limits',
  auth: 'device',
  summary: 'What is set for the sends of the device',
  response: z.object({
    quiet_hours: QuietHours.nullable(),
    daily_limit: DailyLimit.nullable(),
    warm_up: WarmUp.nullable(),
    daily_new_contacts: z.int().nullable().describe('So many people may be written to first in a day'),
    time_zone: TimeZone.nullable().describe(
      'Of the day of `warm_up` and `daily_new_contacts`, without a `daily_limit`',
    ),
    chat_gap: ChatGap.nullable(),
    wait_for_restrictions: z.boolean(),
    auto_pause: AutoPause.nullable(),
    sent_today: z
      .int()
      .nullable()
      .meta({ description: 'How many messages have left today; null where nothing is counted', examples: [17] }),
    ceiling_today: z
      .int()
      .nullable()
      .meta({ description: 'How many may leave today, by the daily limit or the warm-up; null: any', examples: [200] }),
    new_contacts_today: z
      .int()
      .nullable()
      .meta({
        description: 'How many people were written to first today; null where nothing is counted',
        examples: [3],
      }),
  }),
  async run({ governor, principal: { deviceId } }) {
    const { quiet, daily, warmUp, newContacts, zone, gap, waitsRestricted, autoPause } = governor.rules.of(deviceId)
    const today = await governor.today(deviceId)
    return {
      quiet_hours: quiet && { from: quiet.from, to: quiet.to, time_zone: quiet.zone },
      daily_limit: daily && { messages: daily.messages, time_zone: daily.zone },
      warm_up: typeof warmUp === 'object' ? warmUp && [...warmUp] : warmUp,
      daily_new_contacts: newContacts,
      time_zone: zone,
      chat_gap: gap && { min_seconds: gap.minMs / 1000, max_seconds: gap.maxMs / 1000 },
      wait_for_restrictions: waitsRestricted,
      auto_pause: autoPause && {
        on_level: autoPause.onLevel,
        on_temporary_ban: autoPause.onTemporaryBan,
        refusals_in_a_row: autoPause.refusalsInARow,
        resume_after_minutes: autoPause.resumeAfterMs === null ? null : autoPause.resumeAfterMs / minuteMs,
      },
      sent_today: today.sent,
      ceiling_today: today.ceiling,
      new_contacts_today: today.newContacts,
    }
  },
})
