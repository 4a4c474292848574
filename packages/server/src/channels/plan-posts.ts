import { definePlanner } from '../kit/define-planner.ts'
import { MessageStore } from '../storage/message-store.ts'

/** Counts name the options of a poll by hashes: the poll itself, when it is stored, says which is which. */
export default definePlanner({
  kinds: ['channel_posts'],
  stores: (database, { engine }) => ({ engine, messages: new MessageStore(database) }),
  async read({ messages, engine }, { deviceId }, { channel, posts }) {
    const polls = posts.filter(({ votes, view }) => Object.keys(votes).length > 0 && !view)
    const found = await messages.at(
      deviceId,
      polls.map(({ id }) => ({ chat: channel, id })),
    )
    return new Map(found.flatMap(({ id, body }) => (body ? [[id, engine.describe(body)] as const] : [])))
  },
  plan({ facts }, item) {
    const posts = item.posts.map((post) => {
      const view = facts.get(post.id)
      return view ? { ...post, view } : post
    })
    return { statements: [], told: [{ ...item, posts }] }
  },
})
