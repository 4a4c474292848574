import type { Provoke } from '../walk.ts'

/** A message that was taken back. */
export default (async (walk, { operation }) => {
  if (operation.path.startsWith('/polls/')) {
    const poll = await walk.askPoll()
    await walk.mine.device.api.delete(`/polls/${poll}`, { chat_jid: walk.mine.friend.jid })
    return { path: { poll_id: poll } }
  }
  const id = await walk.say()
  await walk.mine.device.api.delete(`/messages/${id}`, { chat_jid: walk.mine.friend.jid })
  return { path: { message_id: id } }
}) satisfies Provoke
