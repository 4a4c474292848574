import { definePlanner } from '../kit/define-planner.ts'
import { MessageStore } from '../storage/message-store.ts'
import { messageRow } from './message-row.ts'

export default definePlanner({
  kinds: ['history'],
  stores: (database) => new MessageStore(database),
  plan: ({ deviceId, now, stores }, item) => {
    const messages = item.conversations.flatMap(({ chat, messages }) => messages.map((each) => ({ ...each, chat })))
    const rows = messages.map((message) => messageRow(deviceId, message, 'history'))
    return { statements: stores.insertHistory(rows, now), told: [item] }
  },
})
