import { sign } from '@switchboard/signal'
import { VerifiedNameCertificate, VerifiedNameDetails } from '../../wire/proto/index.ts'
import type { BusinessProfile } from '../../world/people/business.ts'
import { NotThere } from '../not-there.ts'
import type { PhoneContext } from '../phone-context.ts'

export type BusinessCard = Omit<BusinessProfile, 'certificate' | 'messageLinks' | 'orders'>

/** Makes the account a business, with a certificate of its name: signed by the phone, and by the server with the world's root.
 *  Shape seen in: whatsmeow user.go parseVerifiedNameContent, baileys decode-wa-message.js; nobody checks the signatures. */
export function openBusiness(ctx: PhoneContext, profile: BusinessCard): void {
  const { world, account, keys } = ctx
  const serial = Number(world.random.digits(12))
  const details = VerifiedNameDetails.encode({
    ...{ serial, issuer: 'smb:wa', verifiedName: profile.verifiedName, issueTime: world.seconds() },
  })
  const certificate = VerifiedNameCertificate.encode({
    details,
    signature: sign(keys.identity.privateKey, details),
    serverSignature: sign(world.keys.noiseRoot.privateKey, details),
  })
  const before = account.person.business
  const { messageLinks, orders } = before ?? {}
  account.person.business = {
    ...{ ...profile, certificate },
    ...(messageLinks ? { messageLinks } : {}),
    ...(orders ? { orders } : {}),
  }
  if (before?.verifiedName !== profile.verifiedName) world.hooks.businessRenamed(account)
  world.log.append('business.changed', { phone: account.phone })
}

/** Writes down what somebody ordered of the own catalogue. @returns what a message about it names. @throws Error for a product that is not there */
export function recordOrder(
  { world, account }: PhoneContext,
  wanted: readonly { readonly product: string; readonly quantity: number }[],
): { id: string; token: string } {
  const business = account.person.business
  const items = wanted.map(({ product: id, quantity }) => {
    const product = business?.products?.find((each) => each.id === id)
    if (!product) throw new NotThere(`the catalogue has no product ${id}`)
    return { product, quantity }
  })
  if (!business || items.length === 0) throw new NotThere('there is nothing to order')
  const [id, token] = [world.random.digits(15), Buffer.from(world.random.hex(24), 'hex').toString('base64')]
  business.orders = { ...business.orders, [id]: { token, items } }
  world.log.append('business.ordered', { phone: account.phone, id })
  return { id, token }
}
