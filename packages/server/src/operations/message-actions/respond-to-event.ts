import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { changeAct } from '../../kit/send-act.ts'
import { targetOf } from '../../messages/check-target.ts'
import { EventMessageId } from '../../schemas/event-message-id.ts'

export default changeAct({
  method: 'POST',
  path: '/messages/{message_id}/event-response',
  summary: 'Accept or decline an event',
  description:
    'The answer replaces what the account answered before. It is a message of its own: the answer of this request has its id and state, and 202 when it takes longer than `wait` seconds (20). With an `Idempotency-Key`, repeating the request never sends twice.',
  id: EventMessageId,
  body: z.object({
    response: z.enum(['going', 'not_going', 'maybe']),
    extra_guests: z.int().min(0).max(100).optional().describe('How many others come along, where the event allows it'),
  }),
  content(message, { response, extra_guests: extraGuests }) {
    const { body, view } = message
    if (message.type !== 'event' || !body || !view?.event) {
      throw new AppError('message_not_suitable', 'The message is no event, or what it says is not stored')
    }
    if (view.event.cancelled) throw new AppError('message_not_suitable', 'The event will not take place')
    if (extraGuests && !view.event.extraGuests) {
      throw new AppError('message_not_suitable', 'The event allows no extra guests')
    }
    return {
      ...{ type: 'event_response', target: targetOf(message), event: body, response },
      ...(extraGuests && { extraGuests }),
    }
  },
})
