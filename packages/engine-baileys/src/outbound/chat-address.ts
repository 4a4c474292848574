import { EngineError, parseJid } from '@switchboard/engine'
import type { SessionContext } from '../session/session-context.ts'

/** A chat's address as stanzas want it: the LID where it is known. @throws EngineError `invalid_argument` */
export async function chatAddress(chat: string, { signal }: SessionContext): Promise<string> {
  const parsed = parseJid(chat)
  if (!parsed) throw new EngineError('invalid_argument', 'not the address of a chat')
  const lid = parsed.server === 's.whatsapp.net' ? await signal.book.lidOf(parsed.user) : undefined
  return lid ? `${lid}@lid` : chat
}
