import type { MediaFields } from '../../wire/proto/index.ts'
import type { ChatEntry, MediaState } from '../chat-log.ts'
import { innerMessage } from '../content/inner-message.ts'
import type { PhoneContext } from '../phone-context.ts'
import { type CarriedMedia, filePath, linkThumbnailOf, mediaOf } from './media-of.ts'
import { MediaFlaw, openMedia } from './seal-media.ts'

/** Fetches the files of a message, as phones do by themselves, checks it and notes in the entry how it went. */
export function takeMedia(ctx: PhoneContext, entry: ChatEntry): void {
  const inner = innerMessage(entry.message)
  const media = mediaOf(inner)
  if (media) entry.media = fetched(ctx, entry, media)
  const thumbnail = linkThumbnailOf(inner)
  if (thumbnail) fetched(ctx, entry, thumbnail)
}

function fetched(ctx: PhoneContext, entry: ChatEntry, { kind, fields }: CarriedMedia): MediaState {
  const opened = openFile(ctx, entry, kind, fields)
  return typeof opened === 'string' ? opened : 'here'
}

/** A file that came with a message, fetched, checked and opened. Says why not; a file that is not what the message says is a violation. */
export function openFile(
  ctx: PhoneContext,
  entry: ChatEntry,
  kind: string,
  fields: MediaFields,
): Uint8Array | 'missing' | 'flawed' {
  const found = ctx.world.media.find(filePath(fields))
  if (found.status !== 200) {
    ctx.note('phone.media_missing', { id: entry.id, status: found.status })
    return 'missing'
  }
  try {
    return openMedia(kind, found.file.bytes, fields)
  } catch (error) {
    if (!(error instanceof MediaFlaw)) throw error
    ctx.violation('media', `${error.message} (message ${entry.id})`, ctx.world.device(entry.sender))
    return 'flawed'
  }
}
