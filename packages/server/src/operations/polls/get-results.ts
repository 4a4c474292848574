import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { ChatAddress } from '../../schemas/chat-address.ts'
import { Instant } from '../../schemas/instant.ts'
import { person, personFields } from '../../schemas/person.ts'
import { PollId } from '../../schemas/poll.ts'

export default defineOperation({
  method: 'GET',
  path: '/polls/{poll_id}/results',
  auth: 'device',
  summary: 'How people voted in a poll',
  description:
    'Everybody has one vote: the newest. Votes are known since the device was linked, and as far back as the history of the phone goes. For a poll that hides its voters there are only numbers.',
  params: z.object({ poll_id: PollId }),
  query: z.object({
    chat_jid: ChatAddress.optional().describe('Chat of the poll. Needed only when two polls have the same id.'),
  }),
  response: z.object({
    poll_id: PollId,
    ...personFields('chat_jid', 'Address of the chat'),
    ...personFields('from', 'Who asks'),
    is_from_me: z.boolean(),
    question: z.string().meta({ examples: ['Lunch?'] }),
    selectable_options: z.int().describe('How many options one person may choose; 0: as many as there are'),
    options: z
      .array(
        z.object({
          name: z.string().meta({ examples: ['Pizza'] }),
          votes: z.int(),
          voters: z
            .array(z.object({ ...personFields('jid', 'Who voted'), at: Instant }))
            .describe('In the order in which they voted. Empty when the poll hides its voters'),
        }),
      )
      .describe('In the order of the poll'),
    total_voters: z.int().describe('People with a vote that counts'),
    quiz: z.boolean().describe('One option is right'),
    correct_option: z
      .string()
      .optional()
      .meta({ examples: ['Pizza'] }),
    hides_voters: z.boolean(),
    ends_at: Instant.optional().describe('Until when votes count'),
    ended: z.boolean(),
  }),
  errors: ['invalid_jid', 'invalid_phone', 'poll_not_found'],
  async run({ polls, messages, principal }, { params, query }) {
    const { deviceId } = principal
    const chat = query.chat_jid && (await messages.resolveChat(deviceId, query.chat_jid))
    const { message, poll, options, voters, ended } = await polls.results(deviceId, params.poll_id, chat)
    return {
      poll_id: message.id,
      ...person('chat_jid', message.chat),
      ...person('from', message.sender),
      is_from_me: message.fromMe,
      question: poll.question,
      selectable_options: poll.selectable,
      options: options.map(({ name, votes }) => ({
        name,
        votes: votes.length,
        voters: poll.hidesVoters ? [] : votes.map(({ voter, at }) => ({ ...person('jid', voter), at })),
      })),
      total_voters: voters,
      quiz: poll.quiz ?? false,
      correct_option: poll.correctOption,
      hides_voters: poll.hidesVoters ?? false,
      ends_at: poll.endsAt,
      ended,
    }
  },
})
