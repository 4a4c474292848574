import { MessageId } from './message-id.ts'

/** The same where only invitations to events come into question. */
export const EventInvitationId = MessageId.meta({
  id: 'EventInvitationId',
  description: 'Id of a WhatsApp message that invites to an event.',
  examples: ['3EB0C767D26A1B2E5F6A79'],
})
