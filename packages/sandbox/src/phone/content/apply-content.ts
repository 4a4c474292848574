import type { ChatEntry } from '../chat-log.ts'
import type { PhoneContext } from '../phone-context.ts'
import { readContent } from './content-kinds.ts'
import { innerMessage } from './inner-message.ts'

/** What a message that came or went does to what is there: marks what was reacted to, edited, taken back, voted in, … */
export function applyContent(ctx: PhoneContext, entry: ChatEntry): void {
  const inner = innerMessage(entry.message)
  readContent(inner).kind?.apply?.(ctx, entry, inner)
}
