import type { Account } from '../account.ts'
import type { World } from '../world.ts'

/** A new wa.me link that opens a chat with a business and fills in a text. @returns its code. @throws Error for those who are no business */
export function createMessageLink(world: World, account: Account, text: string): string {
  const { business } = account.person
  if (!business) throw new Error('only a business has message links')
  const code = world.random.hex(7)
  business.messageLinks = { ...business.messageLinks, [code]: text }
  return code
}
