import type { Message } from '../../wire/proto/index.ts'
import { accountJid } from '../../world/address.ts'
import { putMedia } from '../media/put-media.ts'
import type { ComposeScene, ContentKind } from './content-kind.ts'

export interface Preview {
  /** The part of the text that it is about. */
  readonly url: string
  readonly title: string
  readonly description?: string
  /** JPEG, small enough to travel inside the message. */
  readonly thumbnail?: Uint8Array
  /** JPEG of full size, which travels by the media host. */
  readonly image?: Uint8Array
}

export interface TextWish {
  readonly text: string
  readonly preview?: Preview
}

/** A text, with a link preview or without. It becomes the long form only when it has something to say besides its words. */
export const text: ContentKind<TextWish> = {
  name: 'text',
  compose: (scene, { text, preview }) => {
    if (!preview) return { conversation: text }
    const { url, title, description, thumbnail, image } = preview
    return {
      extendedTextMessage: {
        ...{ text, matchedText: url, title, previewType: 0 },
        ...(description === undefined ? {} : { description }),
        ...(thumbnail ? { jpegThumbnail: thumbnail } : {}),
        ...(image ? largeThumbnail(scene, image) : {}),
      },
    }
  },
  read: (message) => {
    if (message.conversation !== undefined) return { kind: 'text', text: message.conversation }
    const extended = message.extendedTextMessage
    if (!extended) return undefined
    const { text = '', matchedText: url, title, description } = extended
    return { kind: 'text', text, ...(title ? { details: { preview: { url, title, description } } } : {}) }
  },
}

function largeThumbnail({ ctx }: ComposeScene, image: Uint8Array): Message['extendedTextMessage'] {
  const put = putMedia(ctx.world, accountJid(ctx.account, 'lid').user, 'thumbnail-link', image)
  return {
    thumbnailDirectPath: put.directPath,
    thumbnailSha256: put.fileSha256,
    thumbnailEncSha256: put.fileEncSha256,
    mediaKey: put.mediaKey,
    mediaKeyTimestamp: ctx.world.seconds(),
  }
}
