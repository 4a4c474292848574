import { newestTimer } from '../chats/timer-of.ts'
import { definePlanner } from '../kit/define-planner.ts'
import { formsOf } from '../people/addresses.ts'
import { ChatStore } from '../storage/chat-store.ts'
import { MarkStore } from '../storage/mark-store.ts'
import { MessageStore } from '../storage/message-store.ts'
import { ReceiptStore } from '../storage/receipt-store.ts'
import { changeOf } from './change.ts'
import { placeOf, planHistoryChat } from './history-chat.ts'
import { isSealed, readWaiting, sealTargets } from './sealed.ts'

export default definePlanner({
  kinds: ['history'],
  stores: (database, { engine }) => ({
    database,
    engine,
    messages: new MessageStore(database),
    marks: new MarkStore(database),
    receipts: new ReceiptStore(database),
    chats: new ChatStore(database),
  }),
  read: async (stores, { deviceId, device }, { conversations }) => {
    const { messages, marks, receipts, chats } = stores
    const filed = new Map(conversations.flatMap(({ chat }) => formsOf(chat).map((jid) => [jid, chat.jid] as const)))
    const jids = [...filed.keys()]
    const said = conversations.flatMap((conversation) => conversation.messages)
    const targets = said.flatMap((item) => changeOf(device, item)?.targetId ?? [])
    const sealed = conversations.flatMap((conversation) =>
      conversation.messages.filter(isSealed).map((item) => ({ ...item, chat: conversation.chat })),
    )
    const ids = [...new Set([...said.map(({ id }) => id), ...targets, ...sealed.map(({ view }) => view.target!.id)])]
    const [stored, marked, received, known, targetsOfSeals] = await Promise.all([
      messages.facts(deviceId, jids, ids),
      marks.find(deviceId, jids, ids),
      receipts.find(deviceId, jids, ids),
      chats.known(deviceId, jids),
      sealed.length > 0 ? sealTargets(messages, deviceId, sealed) : [],
    ])
    const place = (chat: string, id: string) => placeOf(filed.get(chat) ?? chat, id)
    return {
      stored: new Map(stored.map((fact) => [place(fact.chat, fact.id), fact])),
      marked: Map.groupBy(marked, (mark) => place(mark.chat, mark.message_id)),
      received: Map.groupBy(received, (receipt) => place(receipt.chat, receipt.message_id)),
      known: new Map(known.map(({ jid, hasHistory }) => [filed.get(jid) ?? jid, { hasHistory }])),
      sealTargets: new Map(targetsOfSeals.map((row) => [place(row.chat, row.id), row])),
      waiting: await readWaiting(stores, { deviceId, device }, marked),
    }
  },
  plan(scene, history) {
    const chats = history.conversations.map((conversation) => planHistoryChat(scene, conversation))
    return {
      statements: chats.flatMap(({ statements }) => statements),
      told: [history, ...chats.flatMap(({ told }) => told)],
      effects: history.conversations.flatMap((each) =>
        newestTimer(each) ? [{ kind: 'timer_set' as const, chat: each.chat.jid }] : [],
      ),
    }
  },
})
