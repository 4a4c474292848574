import { definePlanner } from '../kit/define-planner.ts'
import { formsOf } from '../people/addresses.ts'
import { MessageStore } from '../storage/message-store.ts'

export default definePlanner({
  kinds: ['undecryptable'],
  stores: (database) => new MessageStore(database),
  read: (stores, { deviceId }, { chat, id }) => stores.facts(deviceId, formsOf(chat), [id]),
  // A repeat of a message that was read may not be readable any more: nothing is missing.
  plan: ({ facts }, item) => ({ statements: [], told: facts.length > 0 ? [] : [item] }),
})
