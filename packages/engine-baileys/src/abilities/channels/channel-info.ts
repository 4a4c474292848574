import { type ChannelInfo, EngineError } from '@switchboard/engine'
import { mexRequest } from '../../wire/mex-request.ts'
import type { AbilityParts } from '../ability-parts.ts'
import { record, roleIn, text } from './channel-json.ts'

// Seen in: baileys Types/Mex.js `QueryIds`, with the answers named in whatsmeow newsletter.go; the list in whatsmeow newsletter.go only.
const queries = {
  list: { id: '6388546374527196', answer: 'xwa2_newsletter_subscribed' },
  info: { id: '6563316087068696', answer: 'xwa2_newsletter' },
  create: { id: '8823471724422422', answer: 'xwa2_newsletter_create' },
  update: { id: '24250201037901610', answer: 'xwa2_newsletter_update' },
  remove: { id: '30062808666639665', answer: 'xwa2_newsletter_delete_v2' },
  follow: { id: '24404358912487870', answer: 'xwa2_newsletter_join_v2' },
  unfollow: { id: '9767147403369991', answer: 'xwa2_newsletter_leave_v2' },
  mute: { id: '29766401636284406', answer: 'xwa2_newsletter_mute_v2' },
  unmute: { id: '9864994326891137', answer: 'xwa2_newsletter_unmute_v2' },
} as const

const picture = (value: unknown) => {
  const { id, direct_path } = record(value)
  return { id: text(id), directPath: text(direct_path) }
}

/** Shape seen in: whatsmeow types/newsletter.go. */
function readChannel(value: unknown): ChannelInfo {
  const { id, state, thread_metadata, viewer_metadata } = record(value)
  if (typeof id !== 'string') throw new EngineError('refused', 'WhatsApp gave an answer without a channel')
  const about = record(thread_metadata)
  const viewer = record(viewer_metadata)
  const created = Number(about['creation_time'])
  return {
    jid: id,
    name: text(record(about['name'])['text']),
    description: text(record(about['description'])['text']),
    inviteCode: text(about['invite']),
    subscribers: Number(about['subscribers_count']) || 0,
    verified: text(about['verification']).toLowerCase() === 'verified',
    picture: picture(about['picture']),
    preview: picture(about['preview']),
    state: text(record(state)['type']).toLowerCase(),
    role: roleIn(viewer['role']),
    muted: viewer['mute'] === 'ON',
    reactions: text(record(record(about['settings'])['reaction_codes'])['value']).toLowerCase(),
    ...(created > 0 ? { createdAt: created * 1000 } : {}),
  }
}

export async function list({ context }: AbilityParts): Promise<ChannelInfo[]> {
  const found = await mexRequest(context.wire, queries.list, {})
  return Array.isArray(found) ? found.map(readChannel) : []
}

async function fetch({ context }: AbilityParts, key: string, type: 'JID' | 'INVITE'): Promise<ChannelInfo> {
  const input = { key, type, view_role: 'GUEST' }
  const wish = { input, fetch_viewer_metadata: true, fetch_full_image: true, fetch_creation_time: true }
  return readChannel(await mexRequest(context.wire, queries.info, wish))
}

export const info = (parts: AbilityParts, channel: string): Promise<ChannelInfo> => fetch(parts, channel, 'JID')

export const invited = (parts: AbilityParts, code: string): Promise<ChannelInfo> => fetch(parts, code, 'INVITE')

export async function create(
  { context }: AbilityParts,
  { name, description }: { readonly name: string; readonly description: string },
): Promise<ChannelInfo> {
  const input = { name, description: description === '' ? null : description }
  return readChannel(await mexRequest(context.wire, queries.create, { input }))
}

export async function update(
  { context }: AbilityParts,
  channel: string,
  changes: { readonly name?: string; readonly description?: string; readonly picture?: Uint8Array | null },
): Promise<void> {
  const { name, description, picture } = changes
  const updates = {
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    // Blank removes it (seen in: baileys newsletter.js `newsletterRemovePicture`).
    ...(picture !== undefined && { picture: picture === null ? '' : Buffer.from(picture).toString('base64') }),
    settings: null,
  }
  await mexRequest(context.wire, queries.update, { newsletter_id: channel, updates })
}

export async function remove({ context }: AbilityParts, channel: string): Promise<void> {
  await mexRequest(context.wire, queries.remove, { newsletter_id: channel })
}

export async function setFollowing({ context }: AbilityParts, channel: string, follow: boolean): Promise<void> {
  await mexRequest(context.wire, queries[follow ? 'follow' : 'unfollow'], { newsletter_id: channel })
}

/** Mutes a channel that the account follows, or lets it be heard again. */
export async function mute({ context }: AbilityParts, channel: string, muted: boolean): Promise<void> {
  await mexRequest(context.wire, queries[muted ? 'mute' : 'unmute'], { newsletter_id: channel })
}
