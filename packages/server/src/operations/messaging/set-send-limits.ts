import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { AutoPause, ChatGap, DailyLimit, QuietHours, TimeZone, WarmUp } from '../../schemas/send-limits.ts'

const minuteMs = 60_000

export default defineOperation({
  method: 'PATCH',
  path: '/devices/me/send-limits',
  auth: 'device',
  summary: 'Set when the device sends, how much, and to whom',
  description:
    'A message that may not leave now waits until it may, and what is sent after it waits behind it: the answer is 202 with the status `scheduled`, `send_at` and a `reason`. `POST /messages/{message_id}/cancel` takes it back. Reactions, edits, deletions, votes and other changes of messages, statuses, channel posts and automatic answers neither wait nor count. What is left out stays as it is; a change is in force at once, for messages that wait too.',
  body: z.object({
    quiet_hours: QuietHours.nullable().optional().describe('Nothing leaves in these hours; null: none'),
    daily_limit: DailyLimit.nullable().optional().describe('What is over it leaves on the next day; null: none'),
    warm_up: WarmUp.nullable()
      .optional()
      .describe(
        'How many messages leave on each of the first days of a link: a curve of the gateway, or a list; null: any',
      ),
    daily_new_contacts: z
      .int()
      .min(1)
      .max(100_000)
      .nullable()
      .optional()
      .meta({
        description:
          'So many people may be written to first in a day. Whoever wrote to the device, got a message of it, or is saved does not count; null: any',
        examples: [20],
      }),
    time_zone: TimeZone.nullable()
      .optional()
      .describe(
        'Its midnight begins the day of `warm_up` and `daily_new_contacts`; a `daily_limit` goes first. null: UTC',
      ),
    chat_gap: ChatGap.nullable()
      .optional()
      .describe('A pause of random length between messages to different chats; null: none'),
    wait_for_restrictions: z
      .boolean()
      .optional()
      .describe(
        'Messages to new people wait while WhatsApp does not let the account write to them, instead of failing',
      ),
    auto_pause: AutoPause.nullable()
      .optional()
      .describe('On which signs of trouble the device is paused by itself; null: never'),
  }),
  async run({ governor, principal: { deviceId } }, { body }) {
    const { quiet_hours: quiet, daily_limit: daily, chat_gap: gap, auto_pause: pause } = body
    await governor.rules.change(deviceId, {
      quiet: quiet && { from: quiet.from, to: quiet.to, zone: quiet.time_zone },
      daily: daily && { messages: daily.messages, zone: daily.time_zone },
      warmUp: body.warm_up,
      newContacts: body.daily_new_contacts,
      zone: body.time_zone,
      gap: gap && { minMs: gap.min_seconds * 1000, maxMs: gap.max_seconds * 1000 },
      waitsRestricted: body.wait_for_restrictions,
      autoPause: pause && {
        onLevel: pause.on_level,
        onTemporaryBan: pause.on_temporary_ban,
        refusalsInARow: pause.refusals_in_a_row,
        resumeAfterMs: pause.resume_after_minutes === null ? null : pause.resume_after_minutes * minuteMs,
      },
    })
  },
})
