import type { MessageView } from '@switchboard/engine'
import { describeMessage } from './describe.ts'

interface Post {
  /** Of the post, whatever is said about it. */
  readonly id: string
  readonly chat: string
  readonly edit: string | undefined
  /** Tells one new version from the others. */
  readonly version: string | number
}

/** A post, a new version of one (edit 3), or its end (edit 8): all come under the id of the post. Seen in: whatsmeow message.go `parseMessageInfo` and
 *  types/message.go. */
export function postContent(
  message: Uint8Array,
  { id, chat, edit, version }: Post,
): { id: string; message: Uint8Array; view: MessageView } {
  const target = { id, chat, fromMe: true }
  if (edit === '8') return { id: `${id}-deleted`, message, view: { type: 'revoke', target } }
  const view = describeMessage(message)
  if (edit !== '3') return { id, message, view }
  return { id: `${id}-${version}`, message, view: { type: 'edit', text: view.text ?? '', target } }
}
