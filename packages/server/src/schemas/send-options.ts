import { z } from 'zod'
import { AppError } from '../errors/app-error.ts'
import { PersonAddress, written } from './chat-address.ts'
import { maxAddressLength } from './read-address.ts'

const yearMs = 366 * 24 * 60 * 60 * 1000

/** A time to come, with its offset from UTC: without one nobody knows which instant is meant. Out comes Unix ms. */
export const SendAt = z.iso
  .datetime({ offset: true, error: 'is no instant with an offset, such as 2030-01-31T09:00:00-03:00' })
  .max(40)
  .transform((text) => Date.parse(text))
  .meta({
    description:
      'When the message leaves: RFC 3339 with an offset, up to a year ahead. The answer is 202 with `status` `scheduled`. A server that was down then sends it after its next start.',
    examples: ['2030-01-31T09:00:00-03:00'],
  })

/** @throws AppError invalid_request for a time that has passed or is too far away */
export const checkSendAt = (sendAt: number | undefined, now: number): number | undefined => {
  if (sendAt === undefined) return undefined
  if (sendAt <= now) throw new AppError('invalid_request', 'send_at: has passed')
  if (sendAt > now + yearMs) throw new AppError('invalid_request', 'send_at: is more than a year away')
  return sendAt
}

/** Fields by which one send differs from the configured pacing, and how long its caller waits. */
export const sendOptions = {
  typing_simulation: z
    .boolean()
    .optional()
    .describe('Show typing first, or not, whatever WHATSAPP_AUTO_TYPING_ENABLED says.'),
  presence_simulation: z
    .boolean()
    .optional()
    .describe('Go online around the send, or not; false also switches typing off.'),
  wait: z
    .int()
    .min(0)
    .max(60)
    .optional()
    .describe(
      'Seconds to wait for WhatsApp before the answer is 202; 20 when absent, 0 answers as soon as the message is stored. The message is sent in either case.',
    ),
} as const

/** The people that content of any kind mentions. */
export const Mentions = z
  .union([z.literal('all'), z.array(z.string().max(maxAddressLength).regex(/\S/)).max(1024)])
  .transform((given, context) =>
    given === 'all'
      ? given
      : given.map((who, index) => {
          const { data, error } = PersonAddress.safeParse(who)
          for (const issue of error?.issues ?? [])
            context.addIssue({ ...(issue as z.core.$ZodIssueCustom), path: [index] })
          return data ?? ''
        }),
  )
  .meta({
    description: `People of the group that the message mentions, by number, address, LID or user name, or \`all\` for everybody. ${written} The text shows a mention where it says \`@\` and the number. In a chat between two people there are no mentions.`,
    examples: [['4917087654321@s.whatsapp.net']],
  })

/** Of what may be a status of a group. */
export const GroupStatus = z
  .boolean()
  .describe('A status of the group, which its members see for a day, and not a message in it. Groups only.')

export const LinkPreview = z
  .boolean()
  .describe(
    'Show the preview of the first link. When it cannot be had within 5 seconds, the text goes without; true when absent.',
  )

export const MessageText = z
  .string()
  .max(65_536)
  .regex(/\S/, 'must not be blank')
  .describe('The text, in WhatsApp markup')
