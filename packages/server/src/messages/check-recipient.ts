import { parseJid } from '@switchboard/engine'
import { AppError } from '../errors/app-error.ts'

const reachable: ReadonlySet<string> = new Set(['s.whatsapp.net', 'lid', 'g.us'])

/** What else there is, and how it is written to. */
const elsewhere: Readonly<Record<string, string>> = {
  newsletter: 'Messages go to people and groups; `/newsletters/{jid}/…` posts to channels',
  broadcast: 'Messages go to people and groups; `POST /status` posts to the status',
}

/** Lets people and groups through. @throws AppError unsupported, for the chats to which no message can be sent */
export function checkRecipient(chat: string): void {
  const server = parseJid(chat)?.server ?? ''
  if (reachable.has(server)) return
  throw new AppError('unsupported', elsewhere[server] ?? 'Messages go to people and groups')
}
