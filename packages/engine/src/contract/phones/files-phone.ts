/** What a phone shows of the files of messages that came, and what the media host of its world does. Messages are named by their id. */
export interface FilesPhone {
  /** The file, decrypted by this phone; every hash, signature and length that the message says was checked. */
  bytes(id: string): Uint8Array
  /** What lies at a path of the media host. */
  stored(directPath: string): Uint8Array
  /** The media host refuses the next uploads, whoever they are of. */
  refuseUploads(status: number, count?: number): void
  /** The media host resets the connection of the next uploads when so much of what is posted has gone over it, from 0 to 1. */
  breakUploads(share: number, count?: number): void
  /** The media host says nothing to the next uploads, and reads nothing of them. */
  silenceUploads(count?: number): void
  /** How much of each file was there already when the last upload of it began, bytes; in the order in which they were completed. */
  continuedUploads(): readonly number[]
}
