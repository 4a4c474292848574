import { z } from 'zod'
import { refusedField } from '../../errors/refused-field.ts'
import type { EventRecord } from '../../eventlog/event-log.ts'
import { eventText } from '../../eventlog/event-view.ts'
import { follow } from '../../eventlog/follow.ts'
import type { Context } from '../../kit/context.ts'
import type { Streamed } from '../../kit/define-stream.ts'
import { wholeNumber } from '../../schemas/whole-number.ts'
import { type ApiKeyPrincipal, type DevicePrincipal, scopeOf } from '../../tenants/principals.ts'
import { EventCursor, TypesQuery } from './event-filter.ts'

/** What a live reader says, whatever carries its events. */
export const ReaderQuery = z.object({
  after: EventCursor.optional(),
  types: TypesQuery,
  heartbeat: wholeNumber(1, 60)
    .optional()
    .meta({ description: 'Seconds between two signs of life while nothing happens; 15 when absent.' }),
})

async function* asItems(after: number, events: AsyncIterable<EventRecord>): Streamed {
  yield { id: after }
  for await (const event of events) yield { id: event.cursor, event: event.type, json: eventText(event) }
}

/** The events of the caller from a cursor on. @throws AppError cursor_expired | cursor_ahead | invalid_request */
export async function openEvents(
  { eventLog, principal, signal }: Context<DevicePrincipal | ApiKeyPrincipal>,
  { query, lastEventId }: { query: z.output<typeof ReaderQuery>; lastEventId: number | undefined },
): Promise<Streamed> {
  const scope = scopeOf(principal)
  const { ticket } = principal
  if (ticket && query.types) throw refusedField('query.types', 'is said when the ticket is made')
  const types = ticket ? ticket.types : query.types
  const { after } = await eventLog.begin(scope, lastEventId ?? query.after)
  return asItems(after, follow(eventLog, scope, { after, signal, ...(types && { types }) }))
}
