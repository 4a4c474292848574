import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { defineOperation } from '../../kit/define-operation.ts'

export default defineOperation({
  method: 'GET',
  path: '/readyz',
  auth: 'none',
  summary: 'Whether the server takes requests',
  description:
    'True once everything is built and while the database answers and takes changes: a full disk makes it false, a slow one does not. Devices may still be reconnecting: what is sent to them is accepted. While another gateway uses the database, this one is not ready; it takes over when the other one ends. False as soon as the server receives SIGTERM, although it still answers requests for SWITCHBOARD_SHUTDOWN_GRACE. One of several gateways is ready while NATS is away: its own devices work, and requests for devices of others are answered with 503.',
  always: true,
  errors: ['not_ready', 'shutting_down'],
  response: z.object({
    phase: z.literal('ready'),
    database: z.enum(['ok', 'slow']).describe('`slow`: it has not answered yet, and did when it was asked before'),
    bus: z
      .enum(['ok', 'away'])
      .optional()
      .describe('Of one of several gateways: whether it is connected to NATS, and with that to the others'),
  }),
  async run({ health }) {
    const { phase, waitsFor, bus } = health
    if (phase === 'leaving' || phase === 'draining') throw new AppError('shutting_down')
    if (phase === 'starting') throw new AppError('not_ready', 'The server is still starting')
    if (phase === 'waiting') throw new AppError('not_ready', waitsFor)
    const database = await health.storage()
    if (database === 'failed') throw new AppError('not_ready', 'The database does not answer, or takes no changes')
    return { phase, database, ...(bus && { bus }) }
  },
})
