import { z } from 'zod'
import type { Given } from '../../kit/define-operation.ts'
import { sendAct } from '../../kit/send-act.ts'
import { GivenInstant } from '../../schemas/given-instant.ts'
import { givenPlace } from '../../schemas/given-place.ts'
import { words } from '../../schemas/text.ts'

const Place = z.strictObject(givenPlace)
/** Four weeks. */
const mostReminderSeconds = 28 * 24 * 60 * 60

export default sendAct({
  path: '/chats/{chat_jid}/events',
  summary: 'Send an event that people can accept or decline',
  body: z
    .strictObject({
      name: words(255).meta({ examples: ['Picnic'] }),
      starts_at: GivenInstant,
      ends_at: GivenInstant.optional(),
      description: words(2048).optional(),
      location: Place.optional(),
      join_link: words(2000).optional().describe('Link of a call'),
      call: z.boolean().optional().describe('It is a call'),
      extra_guests: z.boolean().optional().describe('Guests may bring others'),
      reminder_seconds: z
        .int()
        .min(0)
        .max(mostReminderSeconds)
        .optional()
        .describe('How long before the start its guests are reminded'),
    })
    .refine(({ starts_at, ends_at }) => ends_at === undefined || ends_at > starts_at, {
      path: ['ends_at'],
      message: 'is not after starts_at',
    }),
  content: ({ name, starts_at, ends_at, description, location, join_link, call, extra_guests, reminder_seconds }) => ({
    type: 'event',
    name,
    startsAt: starts_at,
    ...(ends_at !== undefined && { endsAt: ends_at }),
    ...(description && { description }),
    ...(location && { location: location as Given<typeof Place> }),
    ...(join_link && { joinLink: join_link }),
    ...(call && { call }),
    ...(extra_guests !== undefined && { extraGuests: extra_guests }),
    ...(reminder_seconds !== undefined && { reminderSeconds: reminder_seconds }),
  }),
})
