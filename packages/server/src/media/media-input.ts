import type { SpooledFile } from './spool.ts'

/** The file of a request: one that came with it, or where it is to be found. */
export type MediaInput =
  | {
      readonly source: 'file'
      readonly file: SpooledFile
      /** As the sender called it. */
      readonly fileName?: string
      /** As the sender declared it; only the bytes tell what it is. */
      readonly declaredType?: string
    }
  | { readonly source: 'url'; readonly url: string }
  | { readonly source: 'media_id'; readonly mediaId: string }
  | { readonly source: 'message_id'; readonly messageId: string }
