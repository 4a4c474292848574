import type { ContentKind } from './content-kind.ts'

/** The head of pictures that belong together; they follow as messages of their own. */
export const album: ContentKind = {
  name: 'album',
  read: ({ albumMessage: it }) =>
    it && { kind: 'album', details: { images: it.expectedImageCount ?? 0, videos: it.expectedVideoCount ?? 0 } },
}
