/** What a phone shows of the files of messages that came, and what the media host of its world does. Messages are named by their id. */
export interface FilesPhone {
  /** The file, decrypted by this phone; every hash, signature and length that the message says was checked. */
  bytes(id: string): Uint8Array
  /** What lies at a path of the media host. */
  stored(directPath: string): Uint8Array
  /** The media host refuses the next uploads, whoever they are of. */
  refuseUploads(status: number, count?: number): void
}
