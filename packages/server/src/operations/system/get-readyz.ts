import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { defineOperation } from '../../kit/define-operation.ts'

export default defineOperation({
  method: 'GET',
  path: '/readyz',
  auth: 'none',
  group: 'System',
  summary: 'Whether the server takes requests',
  description:
    'True once everything is built and while the database answers. Devices may still be reconnecting. While another gateway uses the database, this one is not ready; it takes over when the other one ends.',
  always: true,
  errors: ['not_ready', 'shutting_down'],
  response: z.object({ phase: z.literal('ready'), database: z.literal('ok') }),
  async run({ health }) {
    if (health.phase === 'draining') throw new AppError('shutting_down')
    if (health.phase === 'starting') throw new AppError('not_ready', 'The server still starts')
    if (health.phase === 'waiting') {
      throw new AppError('not_ready', 'Another gateway uses the database; this one takes over when it ends')
    }
    if (!(await health.databaseAnswers())) {
      throw new AppError('not_ready', 'The database does not answer', { retryAfterSeconds: 2 })
    }
    return { phase: 'ready' as const, database: 'ok' as const }
  },
})
