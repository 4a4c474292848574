import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { person, personFields } from '../../schemas/person.ts'
import {
  exampleJid,
  exampleMessageId,
  exampleNumber,
  exampleSeconds,
  fields,
  ownNumber,
  rfc3339,
  unixSeconds,
} from '../fields.ts'

export default defineEvent({
  name: 'poll.created',
  group: 'Polls',
  summary: 'A poll arrived, from somebody or from another device of the own account.',
  schema: z.object({
    jid: fields.jid,
    message_id: z.string().describe('Id of the poll'),
    ...fields.chat,
    ...personFields('from', 'Who asks'),
    timestamp: fields.seconds,
    is_from_me: fields.fromMe,
    poll_name: z.string().describe('The question'),
    options: z.array(z.string()),
    options_count: z.int(),
    selectable_options: z.int().describe('How many options one person may choose; 0: as many as there are'),
    quiz: z.boolean().optional().describe('One option is right'),
    ends_at: z.string().optional().describe('Until when votes count, RFC 3339'),
    hides_voters: z.boolean().optional().describe('Voters stay unnamed'),
  }),
  example: {
    jid: exampleNumber,
    message_id: exampleMessageId,
    chat: exampleJid,
    from: exampleJid,
    timestamp: exampleSeconds,
    is_from_me: false,
    poll_name: 'Lunch?',
    options: ['Pizza', 'Salad'],
    options_count: 2,
    selectable_options: 1,
  },
  on: ['message'],
  after: 'message.received',
  from(device, item) {
    const { type, poll } = item.view
    if (type !== 'poll' || !poll) return undefined
    return {
      jid: ownNumber(device),
      message_id: item.id,
      ...person('chat', item.chat),
      ...person('from', item.sender),
      timestamp: unixSeconds(item.at),
      is_from_me: item.fromMe,
      poll_name: poll.question,
      options: [...poll.options],
      options_count: poll.options.length,
      selectable_options: poll.selectable,
      quiz: poll.quiz,
      ends_at: poll.endsAt === undefined ? undefined : rfc3339(poll.endsAt),
      hides_voters: poll.hidesVoters,
    }
  },
})
