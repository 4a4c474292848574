import { z } from 'zod'
import { EventName } from '../../events/event-names.ts'
import { wholeNumber } from '../../schemas/whole-number.ts'

/** `types` of a query: names with commas between them. */
export const TypesQuery = z
  .string()
  .max(4000)
  .regex(/\S/, 'is not the name of an event')
  .transform((text, context) => {
    const read = z.array(EventName).safeParse(text.split(',').map((name) => name.trim()))
    if (read.success) return read.data
    context.addIssue({ code: 'custom', message: 'is not the name of an event' })
    return z.NEVER
  })
  .optional()
  .meta({ description: 'Only these events, by exact name, with commas between; all when absent.' })

export const EventCursor = wholeNumber(0).meta({
  description:
    'Cursor of the last event that was seen: its `seq` in the log of a device, in that of an API key `next_after` or the `id` that a live stream gives.',
})
