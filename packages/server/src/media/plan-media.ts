import type { InboundMessage } from '@switchboard/engine'
import { definePlanner, type Scene } from '../kit/define-planner.ts'
import { MessageMediaStore, type NewMedia } from '../storage/message-media-store.ts'
import { newMedia } from './links.ts'

/** The row of a message's file. @param automatic it may be fetched by itself */
function mediaOf({ deviceId, device, now }: Scene, item: InboundMessage, automatic: boolean): NewMedia[] {
  if (!item.view.media || item.deleted || item.view.type === 'edit') return []
  const [chat, messageId] = [item.chat.jid, item.id]
  const isDue = automatic && (device.media?.wants(item.view) ?? false)
  return [newMedia(deviceId, chat, messageId, isDue ? now : null)]
}

/** Files of messages get a name, and become due when the device wants them at once, with the message itself: a crash forgets none. */
export default definePlanner({
  kinds: ['message', 'history'],
  stores: (database) => new MessageMediaStore(database),
  plan(scene, item) {
    const media =
      item.kind === 'message'
        ? mediaOf(scene, item, true)
        : // What is years old is fetched when somebody asks for it.
          item.conversations.flatMap(({ messages }) => messages.flatMap((message) => mediaOf(scene, message, false)))
    const isDue = media.some(({ dueAt }) => dueAt !== null)
    return {
      statements: scene.stores.insert(media, scene.now),
      told: [],
      effects: isDue ? [{ kind: 'media_due' }] : [],
    }
  },
})
