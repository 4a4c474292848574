import { z } from 'zod'
import { accountRefusals } from '../../channels/refusals.ts'
import { defineOperation } from '../../kit/define-operation.ts'
import { ability } from '../../kit/needs.ts'

/** The notice for who wants to make a channel. Seen in: whatsmeow newsletter.go `CreateNewsletter`. */
const creationNotice = { notice: '20601218', stage: '5' }

export default defineOperation({
  method: 'POST',
  path: '/newsletters/tos/accept',
  auth: 'device',
  summary: 'Accept the terms of channels',
  description: 'Without a body: the terms for creating a channel.',
  needs: { channels: ability('channels') },
  refusals: accountRefusals,
  body: z.object({
    notice_id: z
      .string()
      .regex(/^\d{1,20}$/)
      .default(creationNotice.notice),
    stage: z
      .string()
      .regex(/^\d{1,4}$/)
      .default(creationNotice.stage),
  }),
  run: ({ channels }, { body }) => channels.acceptTerms(body.notice_id, body.stage),
})
