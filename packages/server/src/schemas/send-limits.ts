import { z } from 'zod'

const isTimeZone = (zone: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}

export const TimeZone = z
  .string()
  .max(64)
  // An offset alone knows nothing of summer time.
  .regex(/^[A-Za-z][A-Za-z0-9_+/-]*$/, 'is no name of a time zone, such as Europe/Berlin')
  .refine(isTimeZone, 'is no name of a time zone, such as Europe/Berlin')
  .meta({ description: 'Name of a time zone in the IANA database', examples: ['Europe/Berlin'] })

const TimeOfDay = z
  .string()
  .max(5)
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is no time of a day, such as 22:00')
  .meta({ examples: ['22:00'] })

/** When a device sends nothing. */
export const QuietHours = z
  .object({
    from: TimeOfDay.describe('First time at which nothing leaves, by the clock of the time zone'),
    to: TimeOfDay.describe('First time at which messages leave again; earlier than `from`: on the next day'),
    time_zone: TimeZone,
  })
  .refine(({ from, to }) => from !== to, 'from and to are the same time')
  .meta({ id: 'QuietHours', examples: [{ from: '22:00', to: '07:00', time_zone: 'Europe/Berlin' }] })

/** How much a device sends in a day. */
export const DailyLimit = z
  .object({
    messages: z.int().min(1).max(1_000_000).describe('So many messages leave in a day'),
    time_zone: TimeZone.describe('Its midnight begins the day'),
  })
  .meta({ id: 'DailyLimit', examples: [{ messages: 200, time_zone: 'Europe/Berlin' }] })

/** How many messages leave on each of the first days of a link. */
export const WarmUp = z
  .union([
    z.enum(['careful', 'normal']),
    z.array(z.int().min(1).max(1_000_000)).min(1).max(365).describe('The ceiling of each day, that of the link first'),
  ])
  .meta({ examples: ['careful', [20, 30, 45, 70, 100]] })

/** How long a device waits between messages to different chats. */
export const ChatGap = z
  .object({
    min_seconds: z.number().min(0).max(300),
    max_seconds: z.number().min(0).max(300),
  })
  .refine(({ min_seconds, max_seconds }) => min_seconds <= max_seconds, 'min_seconds is more than max_seconds')
  .meta({ examples: [{ min_seconds: 5, max_seconds: 20 }] })

/** When a device is paused by itself. */
export const AutoPause = z
  .object({
    on_level: z
      .enum(['watch', 'danger'])
      .nullable()
      .default(null)
      .describe('When its level becomes this one, or a worse one'),
    on_temporary_ban: z.boolean().default(false),
    refusals_in_a_row: z
      .int()
      .min(1)
      .max(1000)
      .nullable()
      .default(null)
      .describe('When WhatsApp has refused so many messages one after another'),
    resume_after_minutes: z
      .int()
      .min(1)
      .max(43_200)
      .nullable()
      .default(null)
      .describe('The pause ends by itself after so long; null: when somebody resumes the device'),
  })
  .meta({
    examples: [{ on_level: 'danger', on_temporary_ban: true, refusals_in_a_row: 5, resume_after_minutes: 1440 }],
  })
