import { parseJid } from '@switchboard/engine'
import { AppError } from '../errors/app-error.ts'

const reachable: ReadonlySet<string> = new Set(['s.whatsapp.net', 'lid', 'g.us'])

/** Lets people and groups through. @throws AppError unsupported, for the chats to which nothing can be sent yet */
export function checkRecipient(chat: string): void {
  if (reachable.has(parseJid(chat)?.server ?? '')) return
  throw new AppError('unsupported', 'Messages go to people and groups; channels, bots and status are not supported yet')
}
