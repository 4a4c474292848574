import type { InboundHistory, InboundMessage } from '@switchboard/engine'
import type { DeviceContext } from '../events/event-source.ts'
import { withPeople } from '../inbound/with-people.ts'
import { definePlanner, type Plan, type Scene } from '../kit/define-planner.ts'
import { isDeletion } from '../messages/change.ts'
import { formsOf } from '../people/addresses.ts'
import { outdated } from '../sessions/plan-outdated.ts'
import type { Database } from '../storage/database.ts'
import { type MarkRow, MarkStore } from '../storage/mark-store.ts'
import { MessageStore } from '../storage/message-store.ts'
import type { MessageTable } from '../storage/schema.ts'
import { isSealed, type PollFacts, planVote, readPoll, type VoteStores } from './vote.ts'

type Conversation = InboundHistory['conversations'][number]

interface PollStores extends VoteStores {
  readonly database: Database
}

interface PollScene extends Scene {
  readonly stores: VoteStores
}

/** Votes that came before their poll, with their messages. */
interface EarlyVotes {
  /** The device, which knows the voters. */
  readonly device: DeviceContext
  readonly marks: readonly MarkRow[]
  readonly votes: readonly MarkRow[]
  readonly messages: readonly MessageTable[]
}

const nothing: Plan = { statements: [], told: [] }

/** Votes that wait for polls of a chat. */
async function readEarly(
  { messages, marks, database }: PollStores,
  { deviceId, device }: Scene,
  chats: readonly string[],
  polls: readonly string[],
): Promise<EarlyVotes> {
  if (polls.length === 0) return { device, marks: [], votes: [], messages: [] }
  const known = await marks.find(deviceId, chats, polls)
  const votes = known.filter(({ kind }) => kind === 'vote')
  const waiting = votes.filter(isSealed).flatMap(({ id }) => chats.map((chat) => ({ chat, id })))
  const early = waiting.length > 0 ? await messages.at(deviceId, waiting) : []
  const voters = early.map(({ sender }) => sender)
  return { marks: known, votes, messages: early, device: await withPeople(database, deviceId, device, voters) }
}

/** A poll that comes after votes in it: they are opened and counted now. */
function planLatePoll(scene: PollScene, item: InboundMessage, early: EarlyVotes): Plan {
  const { deviceId, stores } = scene
  const { device } = early
  const isGone = early.marks.some((mark) => mark.message_id === item.id && isDeletion(mark, item.sender.jid))
  if (isGone) return nothing
  const poll = rowOf(item)
  let facts: PollFacts = { poll, votes: early.votes.filter(({ message_id }) => message_id === item.id) }
  const planned = facts.votes.filter(isSealed).map((vote) => {
    const message = early.messages.find(({ id, body }) => id === vote.id && body)
    if (!message?.body) return nothing
    const { body, id, from_me } = message
    const sender = device.address?.(vote.sender) ?? { jid: vote.sender }
    const cast: InboundMessage = {
      ...{ kind: 'message', id, chat: item.chat, sender, fromMe: from_me === 1, at: Number(vote.at) },
      ...{ offline: item.offline, message: body, view: stores.engine.describe(body) },
    }
    const { statements, told, votes } = planVote({ deviceId, device, stores, facts, outdated }, cast, true)
    facts = { poll, votes }
    return { statements, told }
  })
  return {
    statements: planned.flatMap(({ statements }) => statements),
    told: planned.flatMap(({ told }) => told),
  }
}

/** A poll as a row, as far as votes depend on it. */
const rowOf = (item: InboundMessage): MessageTable =>
  ({
    ...{ id: item.id, chat: item.chat.jid, sender: item.sender.jid, from_me: item.fromMe ? 1 : 0 },
    ...{ body: item.message, deleted_at: null },
  }) as MessageTable

interface HistoryFacts {
  readonly early: EarlyVotes
  readonly polls: ReadonlyMap<string, PollFacts>
}

async function readHistory(stores: PollStores, scene: Scene, conversation: Conversation): Promise<HistoryFacts> {
  const { deviceId } = scene
  const { chat, messages } = conversation
  const ids = messages.flatMap(({ id, view }) => (view.type === 'poll' ? [id] : []))
  const asked = messages.flatMap(({ view }) => (view.type === 'poll_vote' && view.target ? [view.target.id] : []))
  const known = await Promise.all(
    [...new Set(asked)].map(async (id) => [id, await readPoll(stores, deviceId, { chat }, id)] as const),
  )
  return { early: await readEarly(stores, scene, formsOf(chat), ids), polls: new Map(known) }
}

/** Votes of the history count without being told one by one. */
function planHistory(scene: PollScene, conversation: Conversation, { early, polls }: HistoryFacts): Plan {
  const { deviceId, device, stores } = scene
  const inChunk = new Map(conversation.messages.map((item) => [item.id, item]))
  const facts = new Map(polls)
  const votes = conversation.messages
    .filter(({ view }) => view.type === 'poll_vote' && view.target)
    .toSorted((one, other) => one.at - other.at)
    .map((item) => {
      const { id } = item.view.target!
      const known = facts.get(id)!
      const said = inChunk.get(id)
      const poll = known.poll ?? (said?.view.type === 'poll' ? rowOf(said) : undefined)
      const filed = { ...item, chat: conversation.chat }
      const planned = planVote({ deviceId, device, stores, facts: { ...known, poll }, outdated }, filed)
      facts.set(id, { poll, votes: planned.votes })
      return planned.statements
    })
  const opened = conversation.messages.flatMap((item) =>
    item.view.type === 'poll' ? [planLatePoll(scene, { ...item, chat: conversation.chat }, early)] : [],
  )
  return {
    statements: [...votes.flat(), ...opened.flatMap(({ statements }) => statements)],
    told: opened.flatMap(({ told }) => told),
  }
}

/** Votes are stored as marks of their poll. The messages themselves have a planner of their own. */
export default definePlanner({
  kinds: ['message', 'history'],
  stores: (database, { engine }): PollStores => ({
    database,
    messages: new MessageStore(database),
    marks: new MarkStore(database),
    engine,
  }),
  async read(stores, scene, item) {
    const { deviceId } = scene
    if (item.kind === 'history')
      return {
        history: await Promise.all(item.conversations.map((each) => readHistory(stores, scene, each))),
      }
    const { type, target } = item.view
    if (type === 'poll_vote' && target) return { vote: await readPoll(stores, deviceId, item, target.id) }
    if (type === 'poll') return { early: await readEarly(stores, scene, formsOf(item.chat), [item.id]) }
    return undefined
  },
  plan({ facts, ...scene }, item) {
    if (!facts) return nothing
    if (item.kind === 'history') {
      const plans = item.conversations.map((each, place) => planHistory(scene, each, facts.history![place]!))
      return { statements: plans.flatMap(({ statements }) => statements), told: plans.flatMap(({ told }) => told) }
    }
    if (facts.early) return planLatePoll(scene, item, facts.early)
    // In a message that came, what is not sealed is nobody's vote.
    const { chosen: _, ...view } = item.view
    return planVote({ ...scene, facts: facts.vote!, outdated }, { ...item, view })
  },
})
