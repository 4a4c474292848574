import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'

export default defineOperation({
  method: 'GET',
  path: '/healthz',
  auth: 'none',
  summary: 'Whether the process is alive',
  description:
    'Looks at nothing but the process itself, so that a slow database never gets it killed. Use `/readyz` for traffic.',
  always: true,
  response: z.object({ phase: z.enum(['starting', 'waiting', 'ready', 'leaving', 'draining']) }),
  async run({ health }) {
    return { phase: health.phase }
  },
})
