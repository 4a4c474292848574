import { MessageId } from './message-id.ts'

/** The same where only messages with a file come into question. */
export const MediaMessageId = MessageId.meta({
  id: 'MediaMessageId',
  description: 'Id of a WhatsApp message with a file.',
  examples: ['3EB0C767D26A1B2E5F6A77'],
})
