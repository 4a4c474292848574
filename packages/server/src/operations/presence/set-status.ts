import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { defineOperation } from '../../kit/define-operation.ts'
import { unansweredAbility } from '../../kit/needs.ts'

export default defineOperation({
  method: 'POST',
  path: '/presence/status',
  auth: 'device',
  summary: 'Show the account as online or offline',
  body: z.object({ status: z.enum(['available', 'unavailable']) }),
  needs: { presence: unansweredAbility('presence') },
  errors: ['push_name_missing'],
  async run({ presence }, { body }) {
    if (!(await presence.setAvailable(body.status === 'available'))) throw new AppError('push_name_missing')
    return undefined
  },
})
