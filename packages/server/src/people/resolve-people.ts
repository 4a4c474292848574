import { type Address, isLidJid, isPhoneJid, type MemberOutcome } from '@switchboard/engine'
import { AppError } from '../errors/app-error.ts'
import { parseChat } from '../messages/parse-chat.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { DevicePrincipal } from '../tenants/principals.ts'
import type { Addresses } from './addresses.ts'
import type { Usernames } from './usernames.ts'

/** The people that a request names, each once, and a result for each of them without an account. */
export interface ResolvedPeople {
  readonly found: readonly Address[]
  readonly missing: readonly MemberOutcome[]
}

/** What it takes of the context of an operation. */
interface Asking {
  readonly addresses: Pick<Addresses, 'lookUp'>
  readonly sessions: Pick<Sessions, 'account' | 'registration'>
  readonly usernames: Pick<Usernames, 'reach'>
  readonly principal: DevicePrincipal
}

/** Numbers and user names are asked of WhatsApp, which knows an account under the address that it uses itself; addresses are looked up. */
export async function resolvePeople(asking: Asking, named: readonly string[]): Promise<ResolvedPeople> {
  const { addresses, sessions, usernames, principal } = asking
  const { deviceId } = principal
  const read = named.map(parseChat).map((jid) => (jid.startsWith('@') ? usernames.reach(deviceId, jid) : jid))
  const wanted = [...new Set(await Promise.all(read))]
  const both = await addresses.lookUp(deviceId, wanted, sessions.account(deviceId))
  const found = new Map<string, Address>()
  const missing: MemberOutcome[] = []
  for (const jid of wanted) {
    const known = both(jid)
    if (isLidJid(jid) || (known.lid && isPhoneJid(known.jid))) {
      found.set(known.jid, known)
      continue
    }
    const registration = await sessions.registration(deviceId, jid.slice(0, jid.indexOf('@')))
    if (!registration?.registered) missing.push({ who: { jid }, code: 404 })
    else {
      const { lid } = registration
      const who = { jid: registration.jid ?? jid, ...(lid && { lid }) }
      found.set(who.jid, who)
    }
  }
  return { found: [...found.values()], missing }
}

/** Both addresses of a person: WhatsApp blocks by LID. @throws AppError not_on_whatsapp */
export async function blockable(asking: Asking, person: string): Promise<Address> {
  const { found } = await resolvePeople(asking, [person])
  if (!found[0]) throw new AppError('not_on_whatsapp')
  return found[0]
}
