import { putMedia } from '../media/put-media.ts'
import { sampleMedia } from '../media/sample-media.ts'
import type { ContentKind } from './content-kind.ts'

/** One of a pack, as it is called in the archive. */
interface StickerWish {
  readonly file_name: string
  readonly emojis?: readonly string[]
  readonly animated?: boolean
}

export interface StickerPackWish {
  readonly name?: string
  readonly publisher?: string
  readonly description?: string
  readonly stickers?: readonly StickerWish[]
  /** The archive of its stickers. A few bytes when absent. */
  readonly data?: Uint8Array
  /** Picture that stands for it, JPEG. */
  readonly tray?: Uint8Array
}

/** A ZIP archive without files (APPNOTE 4.3.16). */
const emptyZip = Uint8Array.of(0x50, 0x4b, 5, 6, ...Array.from({ length: 18 }, () => 0))

/** Several stickers in one archive, and a picture of them that is sealed with the same key. Seen in: zapo `content.ts`, WAProto `StickerPackMessage`. */
export const stickerPack: ContentKind<StickerPackWish> = {
  name: 'sticker_pack',
  compose: ({ ctx }, wish) => {
    const owner = ctx.account.lid
    const { directPath, mediaKey, fileSha256, fileEncSha256, fileLength } = putMedia(
      ctx.world,
      owner,
      'sticker-pack',
      wish.data ?? emptyZip,
    )
    const tray = putMedia(ctx.world, owner, 'thumbnail-sticker-pack', wish.tray ?? sampleMedia('image').data, mediaKey)
    return {
      stickerPackMessage: {
        ...{ stickerPackId: 'pack', name: wish.name ?? 'Pack', publisher: wish.publisher ?? 'Sandbox' },
        ...{ directPath, mediaKey, fileSha256, fileEncSha256, fileLength, mediaKeyTimestamp: ctx.world.seconds() },
        ...(wish.description === undefined ? {} : { packDescription: wish.description }),
        stickers: (wish.stickers ?? []).map(({ file_name: fileName, emojis = [], animated }) => ({
          ...{ fileName, emojis: [...emojis], isAnimated: animated ?? false },
        })),
        ...{ trayIconFileName: 'tray.png', thumbnailDirectPath: tray.directPath },
        ...{ thumbnailSha256: tray.fileSha256, thumbnailEncSha256: tray.fileEncSha256 },
      },
    }
  },
  read: ({ stickerPackMessage: it }) =>
    it && {
      kind: 'sticker_pack',
      ...(it.name ? { text: it.name } : {}),
      details: { publisher: it.publisher, bytes: it.fileLength },
    },
}
