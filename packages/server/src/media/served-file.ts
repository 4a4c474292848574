import type { ByteRange } from './store/object-store.ts'

/** A file that is to be handed out. */
export interface ServedFile {
  /** As the message says it, when that is a type. */
  readonly mimetype: string
  readonly fileName?: string | undefined
  /** Bytes, when that is known before. */
  readonly size?: number | undefined
  /** Hex: names the content. */
  readonly sha256?: string | undefined
  /** Any part of it can be had. */
  readonly seekable: boolean
  /** Stores it, so that any part can be had. Undefined: it is not stored, because there is no room for it. */
  store?(): Promise<ServedFile | undefined>
  /** Resolves when its bytes begin to come. A stream that breaks off was not the whole file. @param range only when it is seekable. @throws AppError */
  open(range?: ByteRange): Promise<AsyncIterable<Uint8Array>>
}

const typeName =
  /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}(?:; ?[a-z0-9_-]+=[a-z0-9_.+-]+){0,4}$/i

/** A type that a message says, or one that says nothing when it is no type. */
export const servedType = (mimetype: string | undefined): string =>
  mimetype !== undefined && typeName.test(mimetype) ? mimetype : 'application/octet-stream'
