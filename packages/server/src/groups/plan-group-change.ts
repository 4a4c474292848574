import { definePlanner } from '../kit/define-planner.ts'
import { ChatStore } from '../storage/chat-store.ts'

export default definePlanner({
  kinds: ['group_change'],
  stores: (database) => ({ chats: new ChatStore(database) }),
  plan: ({ deviceId, now, stores }, item) => {
    const { group, change, at } = item
    const timer =
      change.type === 'ephemeral'
        ? change.seconds
        : change.type === 'entered'
          ? change.info.ephemeralSeconds
          : undefined
    return {
      statements:
        timer === undefined ? [] : [stores.chats.setTimer(deviceId, group, { seconds: timer, setAt: at }, now)],
      told: [item],
      effects: [
        { kind: 'group_changed' as const },
        ...(timer === undefined ? [] : [{ kind: 'timer_set' as const, chat: group }]),
      ],
    }
  },
})
