import type { ChatEntry, MediaState } from '../chat-log.ts'
import { innerMessage } from '../content/inner-message.ts'
import type { PhoneContext } from '../phone-context.ts'
import { type CarriedMedia, filePath, linkThumbnailOf, mediaOf } from './media-of.ts'
import { MediaFlaw, openMedia } from './seal-media.ts'

/** Fetches the files of a message, as phones do by themselves, checks it and notes in the entry how it went. A file that is not what the message says is a
 *  violation. */
export function takeMedia(ctx: PhoneContext, entry: ChatEntry): void {
  const inner = innerMessage(entry.message)
  const media = mediaOf(inner)
  if (media) entry.media = fetched(ctx, entry, media)
  const thumbnail = linkThumbnailOf(inner)
  if (thumbnail) fetched(ctx, entry, thumbnail)
}

function fetched(ctx: PhoneContext, entry: ChatEntry, media: CarriedMedia): MediaState {
  const found = ctx.world.media.find(filePath(media.fields))
  if (found.status !== 200) {
    ctx.note('phone.media_missing', { id: entry.id, status: found.status })
    return 'missing'
  }
  try {
    openMedia(media.kind, found.file.bytes, media.fields)
    return 'here'
  } catch (error) {
    if (!(error instanceof MediaFlaw)) throw error
    ctx.violation('media', `${error.message} (message ${entry.id})`, ctx.world.device(entry.sender))
    return 'flawed'
  }
}
