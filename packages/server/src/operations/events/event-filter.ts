import { z } from 'zod'
import { EventName } from '../../events/event-name.ts'
import { wholeNumber } from '../../schemas/whole-number.ts'

/** `types` of a query: names with commas between them. */
export const TypesQuery = z
  .string()
  .transform((text) => text.split(',').map((name) => name.trim()))
  .pipe(z.array(EventName))
  .optional()
  .meta({ description: 'Only these events, by exact name, with commas between; all when absent.' })

export const Cursor = wholeNumber(0).meta({ description: '`seq` of the last event that was seen.' })
