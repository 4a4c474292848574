import type { OutgoingContent } from '@switchboard/engine'
import type { PreparedFile } from '../media/file-forms.ts'

/** Content that is a file, and the file: it becomes durable with the send, and is uploaded before the send leaves. */
export interface ContentWithFile {
  readonly content: OutgoingContent
  /** Released when the send is durable, or will not be. */
  readonly file: PreparedFile
}

/** A message that was composed before, to be sent with exactly these bytes. */
export interface ComposedBefore {
  readonly composed: Uint8Array
  /** JSON of pacing overrides. */
  readonly options: string
  /** The file that must be uploaded before. */
  readonly mediaId: string | null
}

export type MadeContent = OutgoingContent | ContentWithFile | ComposedBefore

export const hasFile = (made: MadeContent): made is ContentWithFile => 'content' in made

export const isComposed = (made: MadeContent): made is ComposedBefore => 'composed' in made
