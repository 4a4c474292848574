import { type Address, isLidJid, isPhoneJid, type MemberOutcome } from '@switchboard/engine'
import type { Context } from '../kit/context.ts'
import { parseChat } from '../messages/parse-chat.ts'
import type { DevicePrincipal } from '../tenants/principals.ts'

/** The people that a request names, each once, and a result for each of them without an account. */
export interface ResolvedPeople {
  readonly found: readonly Address[]
  readonly missing: readonly MemberOutcome[]
}

type Caller = Pick<Context<DevicePrincipal>, 'addresses' | 'sessions' | 'principal'>

/** Numbers are asked of WhatsApp, which knows an account under the address that it uses itself; addresses are looked up. */
export async function resolvePeople(caller: Caller, named: readonly string[]): Promise<ResolvedPeople> {
  const { addresses, sessions, principal } = caller
  const { deviceId } = principal
  const wanted = [...new Set(named.map(parseChat))]
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
