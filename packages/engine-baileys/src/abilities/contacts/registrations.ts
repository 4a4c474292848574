import { EngineError, type Registration } from '@switchboard/engine'
import { type UsyncUser, usync } from '../../outbound/usync.ts'
import type { AbilityParts } from '../ability-parts.ts'

/** Asks the server which numbers have an account. */
export async function registrations({ context }: AbilityParts, phones: readonly string[]): Promise<Registration[]> {
  if (phones.some((phone) => !/^\d{5,20}$/.test(phone))) {
    throw new EngineError('invalid_argument', 'international numbers, digits only')
  }
  if (phones.length === 0) return []
  const users = await usync(context.wire, { context: 'interactive', protocols: ['contact', 'lid'], phones })
  return phones.map((phone) => registration(phone, users))
}

function registration(phone: string, users: readonly UsyncUser[]): Registration {
  const isAsked = ({ asked, jid }: UsyncUser) =>
    asked?.replace(/\D/g, '') === phone || jid === `${phone}@s.whatsapp.net`
  const user = users.find(isAsked)
  if (!user?.registered) return { phone, registered: false }
  const jid = user.jid.endsWith('@lid') ? user.phoneJid : user.jid
  const lid = user.lid ?? (user.jid.endsWith('@lid') ? user.jid : undefined)
  return { phone, registered: true, ...(jid ? { jid } : {}), ...(lid ? { lid } : {}) }
}
