import { until } from '../until.ts'
import type { Provoke } from '../walk.ts'

/** WhatsApp says so. What is done to a message is refused before: here one of a group that the friend runs. */
export default (async (walk, entry) => {
  if (!entry.operation.path.startsWith('/messages/')) return walk.whatsAppAnswers(entry, 401)
  const { device, friend } = walk.mine
  // What asked for the passive mode before it left it on.
  await device.api.post('/devices/me/passive', { passive: false })
  const group = await friend.groups.create({ subject: 'Not mine', participants: [device.phone.jid] })
  const { id } = await friend.send(group.jid, { text: 'mine' })
  await until('it came', async () => (await device.api.call('GET', `/messages/${id}`)).status === 200)
  return { path: { message_id: id }, body: { chat_jid: group.jid } }
}) satisfies Provoke
