import type { WireNode } from '../wire/node.ts'
import type { BusinessProfile } from '../world/people/business.ts'

/** The certificate of a business' name, as a message carries it. Seen in two clients (whatsmeow user.go parseVerifiedNameContent, baileys
 *  decode-wa-message.js). */
export function verifiedNameNode(profile: BusinessProfile): WireNode | undefined {
  if (!profile.certificate) return undefined
  return {
    tag: 'verified_name',
    attrs: {
      v: '2',
      verified_level: profile.verifiedLevel,
      host_storage: '1',
      actual_actors: '1',
      privacy_mode_ts: '1600000000',
    },
    content: profile.certificate,
  }
}

/** The same as usync tells it. Seen in one client (whatsmeow user.go parseVerifiedName). */
export function verifiedName(profile: BusinessProfile): WireNode | undefined {
  const certificate = verifiedNameNode(profile)
  return certificate && { tag: 'business', attrs: {}, content: [certificate] }
}
