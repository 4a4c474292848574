import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { forwardAct } from '../../kit/send-act.ts'
import { forwardable } from '../../messages/check-target.ts'
import type { StoredMessage } from '../../messages/messages.ts'
import { ChatAddress } from '../../schemas/chat-address.ts'
import { EventInvitationId } from '../../schemas/event-invitation-id.ts'
import { MessageText } from '../../schemas/send-options.ts'

const unsuitable = (words: string) => new AppError('message_not_suitable', words)

/** The bytes of an invitation that can be given to others. @throws AppError message_not_suitable */
const invitationOf = (message: StoredMessage): Uint8Array => {
  const { message: invitation } = forwardable(message)
  if (message.type === 'event') {
    throw unsuitable('An event of a chat has no id of WhatsApp, and nobody outside the chat can answer it')
  }
  const { event } = message.view ?? {}
  if (message.type !== 'event_invite' || !event?.id || !event.name) {
    throw unsuitable('The message is no invitation to an event')
  }
  if (event.cancelled) throw unsuitable('The event will not take place')
  return invitation
}

export default forwardAct({
  path: '/messages/{message_id}/event-invitation',
  summary: 'Invite others to the event of an invitation',
  id: EventInvitationId,
  body: z.object({
    to_chat_jid: ChatAddress.describe('Who is invited'),
    chat_jid: ChatAddress.optional().describe(
      'Chat of the invitation. Needed only where messages of several chats have the same id.',
    ),
    text: MessageText.optional()
      .describe('Words that go with it, in place of those that came')
      .meta({ examples: ['Will you come too?'] }),
  }),
  errors: ['message_not_suitable'],
  async content({ chat_jid: chat, text }, { messages, principal }, id) {
    const invitation = invitationOf(await messages.forwardable(principal.deviceId, id, chat))
    return { type: 'event_invite', invitation, ...(text !== undefined && { text }) }
  },
})
