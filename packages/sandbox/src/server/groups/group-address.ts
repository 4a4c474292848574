import type { AttributeValue, Jid } from '../../wire/node.ts'
import type { Account } from '../../world/account.ts'
import { accountJid } from '../../world/address.ts'
import type { Group } from '../../world/groups/group.ts'
import type { World } from '../../world/world.ts'

export function groupJid(group: Group): Jid {
  return { user: group.id, server: 'g.us' }
}

/** The person of a LID user part. */
export function byLid(world: World, lid: string): Account | undefined {
  return world.account({ user: lid, server: 'lid' })
}

/** How a person is named in a group: as its addressing wants under `name`, and by phone number under `name_pn` (or by LID under `name_lid`).
 *  Seen in two clients (whatsmeow group.go, baileys groups.js); `_lid` in groups by phone number is inferred from message attributes. */
export function namedAs(group: Group, account: Account | undefined, name: string): Record<string, AttributeValue> {
  if (!account) return {}
  const other = group.addressing === 'lid' ? 'pn' : 'lid'
  return { [name]: accountJid(account, group.addressing), [`${name}_${other}`]: accountJid(account, other) }
}
