import { MessageId } from './message-id.ts'

/** The same where only events that people can answer come into question. */
export const EventMessageId = MessageId.meta({
  id: 'EventMessageId',
  description: 'Id of a WhatsApp message that is an event.',
  examples: ['3EB0C767D26A1B2E5F6A79'],
})
