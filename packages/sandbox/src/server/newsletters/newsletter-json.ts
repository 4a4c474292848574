import { formatJid } from '../../wire/jid.ts'
import type { Jid } from '../../wire/node.ts'
import type { Account } from '../../world/account.ts'
import type { Newsletter, NewsletterText } from '../../world/newsletters/newsletter.ts'
import { roleOf } from '../../world/newsletters/newsletter-rules.ts'

export function newsletterJid(newsletter: Newsletter): Jid {
  return { user: newsletter.id, server: 'newsletter' }
}

export function newsletterId(newsletter: Newsletter): string {
  return formatJid(newsletterJid(newsletter))
}

/** A channel in GraphQL's form. Shape as whatsmeow (types/newsletter.go) reads it; baileys' parser of a creation (newsletter.js) needs name,
 *  description, picture and viewer to be there whatever they hold. */
export function newsletterJson(newsletter: Newsletter, viewer?: Account): Record<string, unknown> {
  const { picture, reactionCodes, verified, members, inviteCode } = newsletter
  return {
    id: newsletterId(newsletter),
    state: { type: 'ACTIVE' },
    thread_metadata: {
      creation_time: String(Math.floor(newsletter.createdAt / 1000)),
      invite: inviteCode,
      handle: null,
      name: textJson(newsletter.name),
      description: textJson(newsletter.description),
      picture: { id: picture?.id ?? '', type: 'IMAGE', direct_path: picture?.path ?? '' },
      preview: { id: picture?.id ?? '', type: 'PREVIEW', direct_path: picture?.path ?? '' },
      settings: { reaction_codes: { value: reactionCodes } },
      subscribers_count: String(members.size),
      verification: verified ? 'VERIFIED' : 'UNVERIFIED',
    },
    viewer_metadata: viewer ? viewerJson(newsletter, viewer) : null,
  }
}

function viewerJson(newsletter: Newsletter, viewer: Account): Record<string, unknown> {
  const mute = newsletter.members.get(viewer.lid)?.muted ? 'ON' : 'OFF'
  const settings = [{ type: 'MUTE_ADMIN_ACTIVITY', value: mute }]
  return { mute, role: roleOf(newsletter, viewer).toUpperCase(), settings }
}

function textJson({ text, id, at }: NewsletterText): Record<string, unknown> {
  return { text, id, update_time: String(at * 1000) }
}
