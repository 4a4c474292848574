import type { Address, PollView } from '@switchboard/engine'
import { AppError } from '../errors/app-error.ts'
import type { Messages, StoredMessage } from '../messages/messages.ts'
import { type Addresses, formsOf } from '../people/addresses.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Database } from '../storage/database.ts'
import { MarkStore } from '../storage/mark-store.ts'
import { tally } from './vote.ts'

export interface PollResults {
  readonly message: StoredMessage
  readonly poll: PollView
  readonly ended: boolean
  /** People with a vote for at least one option. */
  readonly voters: number
  /** In the order of the poll. */
  readonly options: readonly {
    readonly name: string
    readonly votes: readonly { readonly voter: Address; readonly at: number }[]
  }[]
}

interface PollsParts {
  readonly database: Database
  readonly sessions: Pick<Sessions, 'account'>
  readonly addresses: Addresses
  readonly messages: Pick<Messages, 'get'>
  readonly clock: { now(): number }
}

/** The polls that a device knows, and how people voted in them. */
export class Polls {
  readonly #parts: PollsParts
  readonly #marks: MarkStore

  constructor(parts: PollsParts) {
    this.#parts = parts
    this.#marks = new MarkStore(parts.database)
  }

  /** @param chat address under which its chat is stored; whichever poll of that id came first when absent. @throws AppError poll_not_found */
  async results(deviceId: string, pollId: string, chat: string | undefined): Promise<PollResults> {
    const { messages, addresses, sessions, clock } = this.#parts
    const message = (await messages.get(deviceId, pollId, chat))?.message
    const poll = message?.type === 'poll' && !message.deleted ? message.view?.poll : undefined
    if (!message || !poll) throw new AppError('poll_not_found')
    // WhatsApp counts there, and tells nobody who chose what.
    if (message.chat.jid.endsWith('@newsletter')) {
      throw new AppError(
        'poll_not_found',
        'The poll is one of a channel: `GET /newsletters/{jid}/polls/results` has it',
      )
    }
    const votes = await this.#marks.find(deviceId, formsOf(message.chat), [pollId])
    const account = sessions.account(deviceId)
    const both = await addresses.lookUp(
      deviceId,
      votes.map(({ sender }) => sender),
      account,
    )
    const options = tally(poll, votes, both)
    const voters = new Set(options.flatMap((option) => option.votes.map(({ voter }) => voter.jid)))
    const ended = poll.endsAt !== undefined && poll.endsAt <= clock.now()
    return { message, poll, ended, voters: voters.size, options }
  }
}
