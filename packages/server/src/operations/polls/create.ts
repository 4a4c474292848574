import { z } from 'zod'
import { refusedField } from '../../errors/refused-field.ts'
import { sendAct } from '../../kit/send-act.ts'
import { maxPollOptions, PollOptions, PollQuestion } from '../../schemas/poll.ts'
import { words } from '../../schemas/text.ts'

export default sendAct({
  path: '/chats/{chat_jid}/polls',
  summary: 'Send a poll',
  body: z.object({
    question: PollQuestion,
    options: PollOptions,
    multi_answer: z.boolean().optional().describe('Everybody may choose several options. One when absent.'),
    selectable_options: z
      .int()
      .min(1)
      .max(maxPollOptions)
      .optional()
      .describe('How many options one person may choose, instead of `multi_answer`'),
    correct_option: words(1000)
      .optional()
      .describe('The right answer: makes the poll a quiz, in which one option can be chosen. Only newer apps show it.'),
    ends_at: z.iso
      .datetime({ offset: true })
      .max(40)
      .optional()
      .describe('Until when votes count. Only newer apps know such polls.'),
    hide_voters: z.boolean().optional().describe('Nobody is shown who chose what. Only newer apps know such polls.'),
  }),
  content({ question, options, multi_answer, selectable_options, correct_option, ends_at, hide_voters }, { clock }) {
    const endsAt = ends_at === undefined ? undefined : Date.parse(ends_at)
    if (endsAt !== undefined && endsAt <= clock.now()) {
      throw refusedField('body.ends_at', 'must be in the future')
    }
    return {
      ...{ type: 'poll', question, options, selectable: selectable_options ?? (multi_answer ? 0 : 1) },
      ...(correct_option !== undefined && { correctOption: correct_option }),
      ...(endsAt !== undefined && { endsAt }),
      ...(hide_voters !== undefined && { hidesVoters: hide_voters }),
    }
  },
})
