import { z } from 'zod'
import { PersonAddress, written } from './chat-address.ts'
import { maxAddressLength } from './read-address.ts'

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

/** Whom content of any kind mentions. */
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
    description: `People of the group whom the message mentions, by number, address or LID, or \`all\` for everybody. ${written} The text shows a mention where it says \`@\` and the number. In a chat between two people there are no mentions.`,
    examples: [['4917087654321@s.whatsapp.net']],
  })

export const MessageText = z
  .string()
  .max(65_536)
  .regex(/\S/, 'must not be blank')
  .describe('The text, in WhatsApp markup')
