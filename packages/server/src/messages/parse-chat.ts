import { parseJid } from '@switchboard/engine'
import { AppError } from '../errors/app-error.ts'

const phonePattern = /^[1-9][0-9]{5,15}$/
const groupPattern = /^\d+(-\d+)?$/

/** International digits without the plus. @throws AppError invalid_phone */
function parsePhone(text: string): string {
  const digits = text.trim().replace(/^\+/, '')
  if (!phonePattern.test(digits)) throw new AppError('invalid_phone')
  return digits
}

/** What a person wrote for a chat → its address, without a companion number. Bare digits mean a person; with a hyphen, or 18 and more, a group.
 *  @throws AppError invalid_jid | invalid_phone */
export function parseChat(text: string): string {
  const trimmed = text.trim()
  if (!trimmed.includes('@')) {
    if (/^\d+-\d+$/.test(trimmed) || /^\d{18,}$/.test(trimmed)) return `${trimmed}@g.us`
    return `${parsePhone(trimmed)}@s.whatsapp.net`
  }
  // The address of older clients for the same person.
  const jid = parseJid(trimmed.replace(/@c\.us$/, '@s.whatsapp.net'))
  if (!jid) throw new AppError('invalid_jid')
  const { user, server } = jid
  const valid =
    server === 's.whatsapp.net'
      ? phonePattern.test(user)
      : server === 'g.us'
        ? groupPattern.test(user)
        : server === 'lid'
          ? /^\d+$/.test(user)
          : server === 'newsletter' || server === 'bot' || (server === 'broadcast' && user === 'status')
  if (!valid) throw new AppError('invalid_jid')
  return `${user}@${server}`
}
