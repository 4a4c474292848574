import type { UsernameAnswer } from '@switchboard/engine'
import { addressOf, usernameIn } from '../../inbound/message-envelope.ts'
import { usync } from '../../outbound/usync.ts'
import { childOf } from '../../wire/nodes.ts'
import type { AbilityParts } from '../ability-parts.ts'

/** Asks whom a user name leads to. An answer without an address means that the name needs its key.
 *  Seen in: zapo WaProfileCoordinator.ts `resolveUsername`. */
export async function findUsername({ context }: AbilityParts, name: string, key?: string): Promise<UsernameAnswer> {
  const [user] = await usync(context.wire, {
    context: 'interactive',
    protocols: ['contact', 'business'],
    username: { name, ...(key === undefined ? {} : { key }) },
  })
  const contact = childOf(user?.node, 'contact')
  if (!user || !contact || contact.attrs['type'] === 'out' || childOf(contact, 'error')) return { state: 'none' }
  if (user.jid === '') return { state: 'key_needed' }
  const business = childOf(user.node, 'business')
  return {
    state: 'found',
    who: await addressOf(user.jid, business?.attrs['pn_jid'], context.signal.book),
    username: usernameIn(contact.attrs['username']) ?? name,
    isBusiness: business !== undefined && childOf(business, 'error') === undefined,
  }
}
