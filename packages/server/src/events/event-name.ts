import { z } from 'zod'
import { knownEventNames } from './known-names.ts'

/** Name of an event, as filters take it. */
export const EventName = z.enum([...knownEventNames], { error: 'is not the name of an event' }).meta({
  id: 'EventName',
  description:
    'Name of an event. Some belong to features that are still to come; they may be asked for and stay silent.',
  examples: ['message.received'],
})
