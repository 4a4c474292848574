import { events } from '../generated/events.ts'
import type { EventDefinition } from '../kit/define-event.ts'

/** Events that a webhook without a filter is not told of. */
export const namedOnlyEvents: readonly string[] = (events as unknown as readonly EventDefinition[])
  .filter(({ namedOnly }) => namedOnly)
  .map(({ name }) => name)
