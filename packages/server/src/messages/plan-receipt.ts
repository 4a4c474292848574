import { bareJid, type InboundReceipt, isPersonJid } from '@switchboard/engine'
import type { DeviceContext } from '../events/event-source.ts'
import type { Effect } from '../inbound/effect.ts'
import { definePlanner, type Plan } from '../kit/define-planner.ts'
import { formsOf } from '../people/addresses.ts'
import { outdated } from '../sessions/plan-outdated.ts'
import { ChatStore } from '../storage/chat-store.ts'
import { IntentStore } from '../storage/intent-store.ts'
import { MessageStore, mayBecome } from '../storage/message-store.ts'
import { type ReceiptRow, type ReceiptState, ReceiptStore } from '../storage/receipt-store.ts'
import { freshSends, type ReceiptFacts } from './fresh-sends.ts'

/** What a receipt says of a message. `own`: it comes from another device of the account, which has read what somebody else wrote. */
const meanings: Readonly<Record<InboundReceipt['type'], { state: ReceiptState; own: boolean } | undefined>> = {
  delivered: { state: 'delivered', own: false },
  read: { state: 'read', own: false },
  played: { state: 'played', own: false },
  read_self: { state: 'read', own: true },
  played_self: { state: 'played', own: true },
  server_error: undefined,
}

/** Whether somebody was known to have come as far: a person's second device, a receipt delivered twice, or one that comes late. */
const reached = (state: ReceiptState, row: Pick<ReceiptRow, `${ReceiptState}_at`>): boolean =>
  row.played_at !== null ||
  (state !== 'played' && row.read_at !== null) ||
  (state === 'delivered' && row.delivered_at !== null)

/** States of a send without a `message.sent` event so far. */
const unsent: ReadonlySet<string> = new Set(['queued', 'sending', 'unknown', 'failed', 'expired'])

/** States of a send that came to a phone. */
const came: ReadonlySet<string> = new Set(['delivered', 'read', 'played'])

/** Whether a receipt tells nobody anything: the account's own devices receive what it sends. But for its notes to itself. */
const saysNothing = ({ account }: DeviceContext, { type, chat, sender }: InboundReceipt): boolean => {
  const meaning = meanings[type]
  const ownJid = account && bareJid(account.jid)
  return !meaning || (!meaning.own && sender.jid === ownJid && chat.jid !== ownJid)
}

interface Facts {
  readonly known: ReadonlyMap<string, ReceiptFacts>
  /** Of sends without an acknowledgement. */
  readonly bodies: ReadonlyMap<string, Uint8Array | null>
  readonly before: readonly ReceiptRow[]
}

const byId = (messages: readonly ReceiptFacts[]) => new Map(messages.map((message) => [message.id, message]))

const noFacts: Facts = { known: new Map(), bodies: new Map(), before: [] }

export default definePlanner({
  kinds: ['receipt'],
  stores: (database, { engine }) => ({
    database,
    engine,
    messages: new MessageStore(database),
    receipts: new ReceiptStore(database),
    intents: new IntentStore(database),
    chats: new ChatStore(database),
    fresh: freshSends(database),
  }),
  read: async ({ database, messages, receipts, fresh }, { deviceId, device }, receipt): Promise<Facts> => {
    if (saysNothing(device, receipt)) return noFacts
    const { chat, messageIds } = receipt
    const sent = fresh.take(deviceId, formsOf(chat), messageIds)
    if (sent) return { ...noFacts, known: byId(sent) }
    // Receipts follow close upon the acknowledgement, which changes the same messages.
    await database.settled(deviceId)
    const [known, before] = await Promise.all([
      messages.facts(deviceId, formsOf(chat), messageIds),
      receipts.find(deviceId, formsOf(chat), messageIds),
    ])
    const unproven = known.filter(
      ({ from_me, source, state }) => from_me === 1 && source === 'sent' && unsent.has(state),
    )
    const bodies = unproven.length > 0 ? await messages.at(deviceId, unproven) : []
    return {
      known: byId(known),
      bodies: new Map(bodies.map(({ id, body }) => [id, body])),
      before,
    }
  },
  plan: ({ deviceId, device, now, stores, facts }, receipt) => {
    const meaning = meanings[receipt.type]
    const { chat, sender } = receipt
    if (!meaning || saysNothing(device, receipt)) return { statements: [], told: [] }
    const { state, own } = meaning
    const plan = { statements: [] as Plan['statements'][number][], told: [] as Plan['told'][number][] }
    const proven: string[] = []
    let readNow = 0
    const delivered: number[] = []
    for (const messageId of new Set(receipt.messageIds)) {
      const message = facts.known.get(messageId)
      if (message && (message.from_me === 1) === own) continue
      const rows = facts.before.filter((row) => row.message_id === messageId && formsOf(sender).includes(row.person))
      if (rows.some((row) => reached(state, row))) continue
      const noted = { deviceId, chat: chat.jid, messageId, person: sender.jid, at: receipt.at }
      plan.statements.push(stores.receipts.note(state, noted))
      const { offline, at } = receipt
      let sent = false
      if (message && mayBecome(state, message.state)) {
        const isProven = !own && unsent.has(message.state)
        if (isProven) proven.push(messageId)
        if (own && message.listed === 1 && message.state === 'received') readNow++
        if (!own && message.source === 'sent' && message.listed === 1 && !came.has(message.state)) {
          delivered.push(Number(message.sent_at ?? at))
        }
        sent = isProven && message.source === 'sent'
        const step = sent ? { state: 'sent', reason: null, at: now } : undefined
        plan.statements.push(
          stores.messages.move({ ...noted, from: message.state, to: state, at: now }, outdated, step),
        )
      }
      if (message && sent) {
        // Events of states come in order: WhatsApp has accepted it, although its acknowledgement has not come.
        const body = facts.bodies.get(messageId)
        plan.told.push({
          ...{ kind: 'send_changed', messageId, chat, state: 'sent', at: Number(message.sent_at) },
          ...(body && { said: { filedUnder: message.chat, view: stores.engine.describe(body) } }),
        })
      }
      plan.told.push({ kind: 'message_advanced', messageId, chat, sender, state, own, at, offline })
    }
    // Who opens a chat on the phone takes a mark off that says it is unread.
    if (own)
      plan.statements.push(
        stores.chats.read(deviceId, chat.jid, readNow, now),
        stores.chats.set(deviceId, chat.jid, { marked_unread: 0 }, now),
      )
    // A receipt proves that a message without an acknowledgement has left.
    plan.statements.push(...proven.map((messageId) => stores.intents.endProven(deviceId, messageId)))
    const effects: Effect[] = []
    if (proven.length > 0) effects.push({ kind: 'sends_proven', messageIds: proven, at: receipt.at })
    if (delivered.length > 0 && isPersonJid(chat.jid)) effects.push({ kind: 'sends_delivered', sentAt: delivered })
    return { ...plan, effects }
  },
})
