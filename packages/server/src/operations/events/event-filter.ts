import { EventName } from '../../events/event-names.ts'
import { commaList } from '../../schemas/comma-list.ts'
import { wholeNumber } from '../../schemas/whole-number.ts'

/** `types` of a query. */
export const TypesQuery = commaList(EventName, 4000, 'is not the name of an event')
  .optional()
  .meta({ description: 'Only these events, by exact name, with commas between; all when absent.' })

export const EventCursor = wholeNumber(0).meta({
  description:
    'Cursor of the last event that was seen: its `seq` in the log of a device, in that of an API key `next_after` or the `id` that a live stream gives.',
})
