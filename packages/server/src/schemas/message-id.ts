import { z } from 'zod'

export const MessageId = z
  .string()
  .regex(/^[0-9A-Za-z_.-]{1,128}$/)
  .meta({ id: 'MessageId', description: 'WhatsApp message id.', examples: ['3EB0C767D26A1B2E5F6A77'] })

/** The same where only messages of the account come into question. */
export const OwnMessageId = MessageId.meta({
  id: 'OwnMessageId',
  description: 'Id of a WhatsApp message that the account sent.',
  examples: ['3EB0C767D26A1B2E5F6A77'],
})
