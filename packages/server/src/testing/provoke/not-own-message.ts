import { until } from '../until.ts'
import type { Provoke } from '../walk.ts'

/** A message that the friend wrote, or a poll of the friend. */
export default (async ({ mine }, { operation }) => {
  if (!operation.path.startsWith('/polls/')) return { path: { message_id: mine.values.known('MessageId') } }
  const { id } = await mine.friend.send(mine.device.phone.id, { poll: { question: 'Mine?', options: ['yes', 'no'] } })
  await until('the poll of the friend comes', async () => {
    return (await mine.device.api.call('GET', `/messages/${id}`)).status === 200
  })
  return { path: { poll_id: id } }
}) satisfies Provoke
