import { EngineError, type Registration } from '@switchboard/engine'
import { usernameIn } from '../../inbound/message-envelope.ts'
import { pairOf, type UsyncUser, usync } from '../../outbound/usync.ts'
import { childOf, textOf } from '../../wire/nodes.ts'
import type { AbilityParts } from '../ability-parts.ts'

/** Asks the server which numbers have an account. Answers name people by LID. Seen in: whatsmeow user.go `IsOnWhatsApp`. */
export async function registrations({ context }: AbilityParts, phones: readonly string[]): Promise<Registration[]> {
  if (phones.some((phone) => !/^\d{5,20}$/.test(phone))) {
    throw new EngineError('invalid_argument', 'international numbers, digits only')
  }
  if (phones.length === 0) return []
  const users = await usync(context.wire, {
    ...{ context: 'interactive', protocols: ['contact', 'lid', 'username'], phones, byLid: true },
  })
  const { signal, store } = context
  await store.save(await signal.book.learnAll(users.flatMap(pairOf)))
  return phones.map((phone) => registration(phone, users))
}

function registration(phone: string, users: readonly UsyncUser[]): Registration {
  const isAsked = ({ asked, jid }: UsyncUser) =>
    asked?.replace(/\D/g, '') === phone || jid === `${phone}@s.whatsapp.net`
  const user = users.find(isAsked)
  if (!user?.registered) return { phone, registered: false }
  const jid = user.jid.endsWith('@lid') ? user.phoneJid : user.jid
  const lid = user.lid ?? (user.jid.endsWith('@lid') ? user.jid : undefined)
  const username = usernameIn(textOf(childOf(user.node, 'username')))
  return {
    phone,
    registered: true,
    ...(jid ? { jid } : {}),
    ...(lid ? { lid } : {}),
    ...(username ? { username } : {}),
  }
}
