import { sign } from '@switchboard/signal'
import { VerifiedNameCertificate, VerifiedNameDetails } from '../../wire/proto/index.ts'
import type { BusinessProfile } from '../../world/people/business.ts'
import type { PhoneContext } from '../phone-context.ts'

export type BusinessCard = Omit<BusinessProfile, 'certificate' | 'messageLinks'>

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
  const links = before?.messageLinks
  account.person.business = { ...profile, certificate, ...(links ? { messageLinks: links } : {}) }
  if (before?.verifiedName !== profile.verifiedName) world.hooks.businessRenamed(account)
  world.log.append('business.changed', { phone: account.phone })
}
