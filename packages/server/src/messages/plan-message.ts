import { definePlanner } from '../kit/define-planner.ts'
import { AlreadyStored } from '../sessions/already-stored.ts'
import { MessageStore } from '../storage/message-store.ts'
import { messageRow } from './message-row.ts'

export default definePlanner({
  kinds: ['message'],
  stores: (database) => new MessageStore(database),
  plan: ({ deviceId, now, stores }, item) => {
    const row = messageRow(deviceId, item, item.offline ? 'offline' : 'live')
    return {
      statements: [stores.insert(row, now, () => new AlreadyStored())],
      told: [item],
      effects: [{ kind: 'message_stored', message: { item, row } }],
    }
  },
})
