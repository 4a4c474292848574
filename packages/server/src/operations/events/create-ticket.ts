import { z } from 'zod'
import { EventName } from '../../events/event-names.ts'
import { defineOperation } from '../../kit/define-operation.ts'
import { Instant } from '../../schemas/instant.ts'
import { ticketLifeMs } from '../../tenants/tickets.ts'

export default defineOperation({
  method: 'POST',
  path: '/events/tickets',
  auth: 'owner',
  anywhere: true,
  summary: 'Let a browser open one live stream',
  description:
    'A browser sends no headers with a live stream. Give it this ticket, and no token or key: it opens `GET /events/stream?ticket=…` or `GET /events/socket?ticket=…` once, within 30 seconds, for the same events that the caller may read. The stream ends with the credentials of the caller. After a restart of a gateway that is alone no ticket works; of several gateways, each takes the tickets of all.',
  body: z.object({
    types: z
      .array(EventName)
      .max(200)
      .optional()
      .meta({ description: 'Only these events, by exact name; all when absent or empty.' }),
  }),
  response: z.object({
    ticket: z.string().meta({ description: 'Shown once. Works once.', examples: [`tkt_${'0f'.repeat(24)}`] }),
    expires_at: Instant,
  }),
  status: 201,
  message: 'Ticket created',
  async run({ tenants, principal, clock }, { body }) {
    const types = body.types?.length ? body.types : undefined
    const ticket = await tenants.tickets.create(principal, { types })
    return { ticket, expires_at: clock.now() + ticketLifeMs }
  },
})
