import { z } from 'zod'
import { events } from '../generated/events.ts'
import type { EventDefinition } from '../kit/define-event.ts'
import { contractNames } from './contract-names.ts'

/** Every name that a filter may hold. */
export const knownEventNames: ReadonlySet<string> = new Set([...contractNames, ...events.map(({ name }) => name)])

/** Name of an event, as filters take it. */
export const EventName = z.enum([...knownEventNames], { error: 'is not the name of an event' }).meta({
  id: 'EventName',
  description:
    'Name of an event. Some belong to features that are still to come; they may be asked for and stay silent.',
  examples: ['message.received'],
})

/** Events that a webhook without a filter does not get. */
export const namedOnlyEvents: readonly string[] = (events as unknown as readonly EventDefinition[])
  .filter(({ namedOnly }) => namedOnly)
  .map(({ name }) => name)
