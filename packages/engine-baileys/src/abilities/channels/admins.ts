import { type Address, EngineError, isLidJid } from '@switchboard/engine'
import { chatAddress } from '../../outbound/chat-address.ts'
import { mexRequest } from '../../wire/mex-request.ts'
import type { AbilityParts } from '../ability-parts.ts'
import { record, text } from './channel-json.ts'

// Seen in: zapo spec/mex, with the answers named in its types and in WhatsApp Web (WAWebMexCreateNewsletterAdminInviteJob and its siblings); `demote` in baileys
// Types/Mex.js too, which knows an older name of its answer.
const queries = {
  invite: { id: '9387141988078609', answer: 'xwa2_newsletter_admin_invite_create' },
  revoke: { id: '9656078347839416', answer: 'xwa2_newsletter_admin_invite_revoke' },
  accept: { id: '9580828702035549', answer: 'xwa2_newsletter_admin_invite_accept' },
  pending: { id: '9783111038412085', answer: 'xwa2_newsletter_admin' },
  demote: { id: '9880997548630971', answer: 'xwa2_newsletter_admin_demote' },
} as const

/** Admins are named by their LID alone (seen in: WhatsApp Web `toUserLidOrThrow`). @throws EngineError `invalid_argument` when it is not known */
async function lidOf({ context }: AbilityParts, { jid, lid }: Address): Promise<string> {
  const known = lid ?? (await chatAddress(jid, context))
  if (!isLidJid(known)) throw new EngineError('invalid_argument', 'WhatsApp has not told the LID of this person')
  return known
}

export async function inviteAdmin(parts: AbilityParts, channel: string, person: Address): Promise<number> {
  const wish = { newsletter_id: channel, user_id: await lidOf(parts, person) }
  const made = record(await mexRequest(parts.context.wire, queries.invite, wish))
  const seconds = Number(made['invite_expiration_time'])
  if (!(seconds > 0)) throw new EngineError('refused', 'WhatsApp did not say how long the invitation lasts')
  return seconds * 1000
}

export async function revokeInvitation(parts: AbilityParts, channel: string, person: Address): Promise<void> {
  const wish = { newsletter_id: channel, user_id: await lidOf(parts, person) }
  await mexRequest(parts.context.wire, queries.revoke, wish)
}

export async function acceptInvitation({ context }: AbilityParts, channel: string): Promise<void> {
  await mexRequest(context.wire, queries.accept, { newsletter_id: channel })
}

export async function invitedAdmins({ context }: AbilityParts, channel: string): Promise<Address[]> {
  const { pending_admin_invites: invites } = record(
    await mexRequest(context.wire, queries.pending, { newsletter_id: channel }),
  )
  return Array.isArray(invites) ? invites.flatMap((each) => readUser(record(each)['user']) ?? []) : []
}

export async function demote(parts: AbilityParts, channel: string, person: Address): Promise<void> {
  const wish = { newsletter_id: channel, user_id: await lidOf(parts, person) }
  await mexRequest(parts.context.wire, queries.demote, wish)
}

/** A person as GraphQL names them: `id` is the LID, `pn` the number where it is known (seen in: WhatsApp Web, newsletter role notifications). */
export function readUser(value: unknown): Address | undefined {
  const { id, pn } = record(value)
  const [lid, phone] = [text(id), text(pn)]
  if (phone !== '') return { jid: phone, ...(lid === '' ? {} : { lid }) }
  return lid === '' ? undefined : { jid: lid, ...(isLidJid(lid) ? { lid } : {}) }
}
