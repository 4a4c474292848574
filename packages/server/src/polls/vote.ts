import type { Engine, InboundMessage, PollView } from '@switchboard/engine'
import type { DeviceContext, SourceOf } from '../events/event-source.ts'
import { sealedParties } from '../inbound/sealed-parties.ts'
import { type BothAddresses, formsOf } from '../people/addresses.ts'
import type { Statement } from '../storage/database.ts'
import type { MarkRow, MarkStore } from '../storage/mark-store.ts'
import type { MessageStore } from '../storage/message-store.ts'
import type { MessageTable } from '../storage/schema.ts'

export type VoteEngine = Pick<Engine, 'describe' | 'openVote'>

export interface VoteStores {
  readonly messages: MessageStore
  readonly marks: MarkStore
  readonly engine: VoteEngine
}

/** What is known about a poll when a vote in it comes. */
export interface PollFacts {
  readonly poll: MessageTable | undefined
  readonly votes: readonly MarkRow[]
}

/** A vote that waits for its poll. Its message holds what is sealed. */
const sealed = ''

export const isSealed = ({ value }: MarkRow): boolean => value === sealed

/** The poll that a message is, when it is one and was not taken back. */
const pollViewOf = (engine: VoteEngine, row: MessageTable | undefined): PollView | undefined =>
  row?.body && row.deleted_at === null ? engine.describe(row.body).poll : undefined

/** The poll of a vote, and what was voted in it so far. @param pollId of a poll in the chat of the item */
export async function readPoll(
  { messages, marks }: VoteStores,
  deviceId: string,
  { chat }: Pick<InboundMessage, 'chat'>,
  pollId: string,
): Promise<PollFacts> {
  const chats = formsOf(chat)
  const [rows, votes] = await Promise.all([
    messages.at(
      deviceId,
      chats.map((jid) => ({ chat: jid, id: pollId })),
    ),
    marks.find(deviceId, chats, [pollId]),
  ])
  return { poll: rows.find(({ type }) => type === 'poll'), votes: votes.filter(({ kind }) => kind === 'vote') }
}

/** How often each option was chosen, as far as votes are open. One vote a person, the newest, unless it came when the poll had ended. */
export function tally(poll: PollView, votes: readonly MarkRow[], both: BothAddresses) {
  const newest = new Map<string, MarkRow>()
  for (const vote of votes.toSorted((one, other) => Number(one.at) - Number(other.at))) {
    const inTime = poll.endsAt === undefined || Number(vote.at) <= poll.endsAt
    if (vote.kind === 'vote' && !isSealed(vote) && inTime) newest.set(both(vote.sender).jid, vote)
  }
  const counted = [...newest.values()].map((vote) => ({ vote, chosen: namesOf(poll, hashesIn(vote)) }))
  return poll.options.map((name) => ({
    name,
    votes: counted
      .filter(({ chosen }) => chosen.includes(name))
      .map(({ vote }) => ({ voter: both(vote.sender), at: Number(vote.at) })),
  }))
}

const hashesIn = ({ value }: MarkRow): readonly string[] => JSON.parse(value) as string[]

/** The options that hashes name, in the order of the poll. */
const namesOf = (poll: PollView, hashes: readonly string[]): string[] =>
  poll.options.filter((_, place) => hashes.includes(poll.hashes[place] ?? ''))

interface VoteScene {
  readonly deviceId: string
  readonly device: DeviceContext
  readonly stores: VoteStores
  readonly facts: PollFacts
  /** Makes the error when more is known by now. */
  readonly outdated: () => Error
}

interface PlannedVote {
  readonly statements: readonly Statement[]
  readonly told: readonly SourceOf<'poll_voted'>[]
  /** The votes in the poll afterwards. */
  readonly votes: readonly MarkRow[]
}

/** What a vote does to its poll: it is opened when the poll is known, else kept until that comes. Pure.
 *  @param late its message event came before, when the poll was not known */
export function planVote(scene: VoteScene, item: InboundMessage, late = false): PlannedVote {
  const { deviceId, stores, facts, outdated } = scene
  const pollId = item.view.target!.id
  const { id, chat, sender, at } = item
  const before = facts.votes.filter((vote) => formsOf(sender).includes(vote.sender))
  if (before.some((vote) => (vote.id === id && !isSealed(vote)) || Number(vote.at) > at)) return unchanged(facts)
  // A vote in a poll that was taken back counts nowhere.
  if (facts.poll && !pollViewOf(stores.engine, facts.poll)) return unchanged(facts)
  const chosen = chosenBy(scene, item)
  // What is sealed with another secret says nothing, and replaces nothing.
  if (facts.poll && !chosen)
    return { ...unchanged(facts), told: late ? [] : [toldOf(scene, item, undefined, facts.votes, late)] }
  const value = chosen ? JSON.stringify(chosen) : sealed
  const mark: MarkRow = {
    device_id: deviceId,
    chat: chat.jid,
    message_id: pollId,
    kind: 'vote',
    sender: sender.jid,
    id,
    value,
    at,
  }
  const votes = [...facts.votes.filter((vote) => !before.includes(vote)), mark]
  const statements = before
    // Of one that is opened now, what waited goes first.
    .filter((vote) => vote.sender !== mark.sender || vote.id === id)
    .map((vote) => stores.marks.drop(deviceId, vote.chat, pollId, { kinds: ['vote'], sender: vote.sender }))
  return {
    statements: [...statements, stores.marks.put(mark, outdated)],
    told: [toldOf(scene, item, chosen, votes, late)],
    votes,
  }
}

const unchanged = ({ votes }: PollFacts): PlannedVote => ({ statements: [], told: [], votes })

/** The choice of a vote, if it can be opened. Own votes are not sealed until they leave, and those of the history are not sealed either. */
function chosenBy({ device, stores, facts }: VoteScene, item: InboundMessage): readonly string[] | undefined {
  const { poll } = facts
  if (!poll?.body) return undefined
  return item.view.chosen ?? stores.engine.openVote(item.message, poll.body, sealedParties(device, item, poll))
}

function toldOf(
  { device, stores, facts }: VoteScene,
  { id, chat, sender, fromMe, at, offline, view }: InboundMessage,
  chosen: readonly string[] | undefined,
  votes: readonly MarkRow[],
  late: boolean,
): SourceOf<'poll_voted'> {
  const poll = pollViewOf(stores.engine, facts.poll)
  const both: BothAddresses = (jid) => device.address?.(jid) ?? { jid }
  const options = poll && tally(poll, votes, both)
  return {
    ...{ kind: 'poll_voted', voteId: id, pollId: view.target!.id, chat, sender, fromMe, at, offline, late },
    ...(poll &&
      options && {
        question: poll.question,
        options: options.map(({ name, votes }) => ({ name, votes: votes.length })),
      }),
    ...(poll && chosen && { chosen: namesOf(poll, chosen), hashes: chosen }),
  }
}
