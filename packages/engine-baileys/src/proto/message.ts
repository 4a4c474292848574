import { codec } from './codec.ts'

/** What people and clients send each other. */
export const Message = codec('Message')

/** What is sealed in a vote. */
export const PollVote = codec('PollVoteMessage')
