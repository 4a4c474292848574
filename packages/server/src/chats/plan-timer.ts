import { definePlanner } from '../kit/define-planner.ts'
import { ChatStore } from '../storage/chat-store.ts'
import { timerOf } from './timer-of.ts'

/** Learns how long the messages of a chat stay: from the message that sets it, and from every message that carries it. The message itself has a planner of its own. */
export default definePlanner({
  kinds: ['message'],
  stores: (database) => new ChatStore(database),
  async read(chats, { deviceId }, item) {
    const timer = timerOf(item)
    if (!timer) return undefined
    const known = await chats.find(deviceId, item.chat.jid)
    // Most messages of such a chat say what the one before said.
    const isNews = known?.expiry_seconds !== timer.seconds || Number(known.expiry_set_at) < timer.setAt
    return isNews ? timer : undefined
  },
  plan: ({ deviceId, now, stores, facts: timer }, { chat }) =>
    timer
      ? {
          statements: [stores.setTimer(deviceId, chat.jid, timer, now)],
          told: [],
          effects: [{ kind: 'timer_set', chat: chat.jid }],
        }
      : { statements: [], told: [] },
})
