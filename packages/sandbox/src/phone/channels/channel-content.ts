import type { Message } from '../../wire/proto/index.ts'
import { compose, type Outgoing } from '../content/compose.ts'
import { innerMessage } from '../content/inner-message.ts'
import { fileHash, mediaOf } from '../media/media-of.ts'
import { openMedia, sha256 } from '../media/seal-media.ts'
import type { PhoneContext } from '../phone-context.ts'

/** A message for a channel: nothing in it is sealed, and its file lies open at the media host. */
export function channelContent(ctx: PhoneContext, jid: string, wish: Outgoing): Message {
  const composed = compose({ ctx, chatLid: jid, person: undefined, addressing: 'lid' }, wish)
  const { messageContextInfo: _, ...message } = composed
  const media = mediaOf(innerMessage(message))
  if (!media) return message
  const { fields, kind } = media
  const sealed = ctx.world.media.file(fileHash(fields))
  if (!sealed) throw new Error('the file is not at the media host')
  const plain = openMedia(kind, sealed.bytes, fields)
  const { path } = ctx.world.media.put(`newsletter-${kind}`, plain, ctx.account.lid)
  for (const secret of ['mediaKey', 'fileEncSha256', 'mediaKeyTimestamp'] as const) delete fields[secret]
  Object.assign(fields, { directPath: path, url: `https://${ctx.world.mediaHost}${path}`, fileSha256: sha256(plain) })
  return message
}

/** What the stanza says of the file in a channel's message: its kind, and the upload's name. */
export function channelMedia(message: Message): { mediaType?: string; mediaId?: string } {
  const media = mediaOf(innerMessage(message))
  if (!media) return {}
  return {
    mediaType: media.kind,
    mediaId: `H:${Buffer.from(media.fields.fileSha256 ?? new Uint8Array(0)).toString('base64url')}`,
  }
}

/** The file of a channel's message, when it is what the message says. @throws Error when not */
export function channelFile(ctx: PhoneContext, message: Message): Uint8Array {
  const media = mediaOf(innerMessage(message))
  if (!media) throw new Error('the message carries no file')
  const found = ctx.world.media.find(media.fields.directPath ?? URL.parse(media.fields.url ?? '')?.pathname ?? '')
  if (found.status !== 200) throw new Error(`the media host answers ${found.status}`)
  if (Buffer.compare(sha256(found.file.bytes), media.fields.fileSha256 ?? new Uint8Array(0)) !== 0) {
    throw new Error('fileSha256 is not the hash of the file')
  }
  return found.file.bytes
}
