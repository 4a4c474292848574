import type { OutgoingContent } from '@switchboard/engine'
import type { PreparedFile } from '../media/file-forms.ts'

/** Content that is a file, and the file: it becomes durable with the send, and is uploaded before the send leaves. */
export interface ContentWithFile {
  readonly content: OutgoingContent
  /** Released when the send is durable, or will not be. */
  readonly file: PreparedFile
}

export type MadeContent = OutgoingContent | ContentWithFile

export const hasFile = (made: MadeContent): made is ContentWithFile => 'content' in made
