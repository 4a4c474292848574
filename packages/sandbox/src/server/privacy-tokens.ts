import { createHmac, timingSafeEqual } from 'node:crypto'
import { formatJid } from '../wire/jid.ts'
import type { Account } from '../world/account.ts'
import { accountJid } from '../world/address.ts'
import type { World } from '../world/world.ts'

/** Tokens live in buckets of a week, of which four count. Seen in two clients (whatsmeow tctoken.go, baileys tc-token-utils.js). */
const bucketSeconds = 604_800
const buckets = 4

const bucketOf = (seconds: number): number => Math.floor(seconds / bucketSeconds)

const same = (one: Uint8Array, other: Uint8Array): boolean => one.length === other.length && timingSafeEqual(one, other)

/** What a token is shown for. */
type TokenPlace = 'message' | 'presence' | 'picture' | 'about' | 'group'

/** Whether what `holder` shows is the trusted-contact token that `owner` gave it, and still counts. It is noted either way. */
export function showsToken(
  world: World,
  { holder, owner }: { readonly holder: Account; readonly owner: Account },
  shown: Uint8Array | undefined,
  place: TokenPlace,
): boolean {
  if (!shown) return false
  const given = owner.person.tokensGiven[holder.lid]
  const counts = given !== undefined && bucketOf(given.t) > bucketOf(world.seconds()) - buckets
  const valid = counts && same(shown, given.bytes)
  world.log.append('token.shown', { by: holder.phone, of: owner.phone, place, valid })
  return valid
}

/** Whether it is HMAC-SHA256 of the recipient's LID with the salt that the sender's phone shares with its companions. Clients: whatsmeow cstoken.go,
 *  zapo. That the server can tell a wrong one is inferred. */
export function showsContactToken(world: World, sender: Account, recipient: Account, shown?: Uint8Array): boolean {
  const salt = sender.person.contactSalt
  if (!shown || !salt) return false
  const right = createHmac('sha256', salt)
    .update(formatJid(accountJid(recipient, 'lid')))
    .digest()
  const valid = same(shown, right)
  world.log.append('token.derived', { by: sender.phone, of: recipient.phone, valid })
  return valid
}
