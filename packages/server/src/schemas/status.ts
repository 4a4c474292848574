import { z } from 'zod'
import { Instant } from './instant.ts'
import { Message } from './message.ts'
import { MessageId } from './message-id.ts'
import { personFields } from './person.ts'

/** Id of an own post. */
export const StatusId = MessageId.meta({
  id: 'StatusId',
  description: '`status_id` of an own post.',
  examples: ['3EB0C767D26A1B2E5F6A77'],
})

/** A status post as lists show it. */
export const Status = z
  .object({
    status_id: z.string().meta({ description: 'The same as `message_id`', examples: ['3EB0C767D26A1B2E5F6A77'] }),
    ...Message.shape,
    viewers: z
      .array(z.object({ ...personFields('jid', 'Who looked'), at: Instant }))
      .describe('Of an own post, in the order in which they looked'),
  })
  .meta({ id: 'StatusPost' })

const argb = (red: string): number => Number.parseInt(red.length === 6 ? `ff${red}` : red, 16)

/** A colour as designers write it, or as the number that WhatsApp uses. Out comes ARGB. */
export const Color = z
  .union([
    z
      .string()
      .regex(/^#?(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{8})$/, 'is no colour like #25d366')
      .transform((text) => argb(text.replace('#', ''))),
    z
      .int()
      .min(0)
      .max(0xff_ff_ff_ff)
      // Without a share of opacity it would be invisible.
      .transform((value) => (value <= 0xff_ff_ff ? value + 0xff_00_00_00 : value)),
  ])
  .meta({ examples: ['#25d366'] })
