import type { KeptFile } from '../../storage/kept-file-store.ts'

/** The file is not there. */
export class ObjectMissing extends Error {
  override readonly name = 'ObjectMissing'
}

/** A part of a file: both ends count. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** Where files are kept, each under the API key that it belongs to and its hash: a disk, or a bucket. */
export interface ObjectStore {
  /** Takes a file in. The same file again does no harm. It is durable when this resolves. @param file is left where it is, or moved away */
  put(name: KeptFile, file: string, size: number): Promise<void>
  /** @throws ObjectMissing */
  read(name: KeptFile, range?: ByteRange): Promise<AsyncIterable<Uint8Array>>
  /** One that is not there is none. */
  remove(name: KeptFile): Promise<void>
}

/** Its place in a store: a folder for each API key, as databases and backups of it can be told apart. */
export const objectPath = ({ apiKeyId, sha256 }: KeptFile): string => `${apiKeyId}/${sha256.slice(0, 2)}/${sha256}`
