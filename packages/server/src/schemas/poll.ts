import { MessageId } from './message-id.ts'

/** A poll: the id of the message that it is. */
export const PollId = MessageId.meta({
  id: 'PollId',
  description: 'Id of a poll: the message id that sending or receiving it told.',
  examples: ['3EB0C767D26A1B2E5F6A78'],
})
