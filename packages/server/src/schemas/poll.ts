import { z } from 'zod'
import { MessageId } from './message-id.ts'
import { words } from './text.ts'

/** A poll: the id of the message that it is. */
export const PollId = MessageId.meta({
  id: 'PollId',
  description: 'Id of a poll: the message id that sending or receiving it told.',
  examples: ['3EB0C767D26A1B2E5F6A78'],
})

/** As many as phones offer. */
export const maxPollOptions = 12

export const PollQuestion = words(1000).meta({ examples: ['Lunch?'] })

export const PollOptions = z
  .array(words(1000))
  .min(2)
  .max(maxPollOptions)
  .describe('2 to 12 texts that differ from each other')
  .meta({ examples: [['Pizza', 'Salad']] })
