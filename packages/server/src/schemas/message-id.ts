import { z } from 'zod'

export const MessageId = z
  .string()
  .regex(/^[0-9A-Za-z_.-]{1,128}$/)
  .meta({ id: 'MessageId', description: 'WhatsApp message id.', examples: ['3EB0C767D26A1B2E5F6A77'] })
