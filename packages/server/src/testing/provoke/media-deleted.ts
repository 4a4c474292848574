import type { Provoke } from '../walk.ts'
import { forMessage, forNewFile } from '../with-file.ts'

/** WhatsApp and the phone have it no longer. Nobody can be asked again for the file of a channel. */
export default (async (walk, entry) => {
  if (entry.operation.method === 'GET') {
    return forNewFile(walk, entry, (phone, id) => {
      phone.media.expire(id)
      phone.media.delete(id)
    })
  }
  const channel = walk.mine.values.known('ChannelAddress')
  const { id } = await walk.mine.friend.channels.of(channel).post({ image: {} })
  const { body } = (await forMessage(walk, entry, id)) as { body: Record<string, unknown> }
  return { body: { ...body, chat_jid: channel } }
}) satisfies Provoke
