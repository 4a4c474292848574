import type {
  ChannelChange,
  InboundAccountLimit,
  InboundChannelChange,
  InboundGroupChange,
  InboundPersonChange,
} from '@switchboard/engine'
import { readUser } from '../../abilities/channels/admins.ts'
import { type Json, record, roleIn, text } from '../../abilities/channels/channel-json.ts'
import { historySharingIn } from '../../abilities/groups/read-group.ts'
import { readNewChats, readTimelock } from '../../abilities/standing/read-standing.ts'
import type { AddressBook } from '../../signal/address-book.ts'
import { childrenNamed, textOf } from '../../wire/nodes.ts'
import { addressOf } from '../message-envelope.ts'
import { itemBase, type Notification } from './notification.ts'

type Base = ReturnType<typeof itemBase>

/** Somebody has another role. Seen in: WhatsApp Web, WAWebMexNewsletterRoleChangeNotificationHandler. */
function roleChange({ user, actor, user_new_role: role }: Json): ChannelChange | undefined {
  const [who, by] = [readUser(user), readUser(actor)]
  return who && { type: 'role', who, role: roleIn(role), ...(by ? { by } : {}) }
}

/** What each piece of news says. Names seen in: whatsmeow notification.go `newsletterEvent`, two of them in a comment of it. */
const news: Readonly<Record<string, (said: Json) => ChannelChange | undefined>> = {
  xwa2_notify_newsletter_on_mute_change: ({ mute }) => ({ type: 'muted', value: mute === 'ON' }),
  xwa2_notify_newsletter_on_join: ({ thread_metadata, viewer_metadata }) => ({
    type: 'followed',
    name: text(record(record(thread_metadata)['name'])['text']),
    role: roleIn(record(viewer_metadata)['role']),
  }),
  xwa2_notify_newsletter_on_leave: ({ role }) => ({ type: 'left', role: roleIn(role) }),
  xwa2_notify_newsletter_on_metadata_update: ({ thread_metadata }) => {
    const { name, description, picture } = record(thread_metadata)
    return {
      type: 'described',
      name: text(record(name)['text']),
      description: text(record(description)['text']),
      pictureId: text(record(picture)['id']),
    }
  },
  xwa2_notify_newsletter_on_state_change: ({ state }) => ({
    type: 'state',
    state: text(record(state)['type']).toLowerCase(),
  }),
  xwa2_notify_newsletter_admin_promote: roleChange,
  xwa2_notify_newsletter_admin_demote: roleChange,
  // Seen in: WhatsApp Web, WAWebMexNewsletterAdminInviteRevokeNotificationHandler.
  xwa2_notify_newsletter_admin_invite_revoke({ user, actor }) {
    const [who, by] = [readUser(user), readUser(actor)]
    return who && { type: 'invitation_revoked', who, ...(by ? { by } : {}) }
  },
}

/** Changes that GraphQL tells, of channels, groups, people and the own account. Seen in: whatsmeow notification.go `handleMexNotification`. */
export const mex: Notification = {
  type: 'mex',
  inOrder: () => true,
  async items(node, book) {
    const read = childrenNamed(node, 'update').map(async (update, index) => {
      const data = record(parse(textOf(update))['data'])
      const base = itemBase(node, index)
      return [
        ...channelChanges(data, base),
        ...accountLimits(data, base),
        ...(await groupChanges(data, base, book)),
        ...(await usernameChanges(data, base, book)),
      ]
    })
    return (await Promise.all(read)).flat()
  },
}

function channelChanges(data: Json, base: Base): InboundChannelChange[] {
  return Object.entries(news).flatMap(([name, read]) => {
    const said = record(data[name])
    const { id } = said
    const change = typeof id === 'string' && read(said)
    return change ? [{ kind: 'channel_change', ...base, channel: id as string, change } as const] : []
  })
}

/** Seen in: whatsmeow notification.go `handleMexNotification`, baileys messages-recv.js `handleReachoutTimelockNotification`. */
const limits = {
  xwa2_notify_account_reachout_timelock: readTimelock,
  xwa2_notify_new_chat_messages_capping_info_update: readNewChats,
} as const

function accountLimits(data: Json, base: Base): InboundAccountLimit[] {
  return Object.entries(limits).flatMap(([name, read]) => {
    const said = data[name]
    return said === null || typeof said !== 'object'
      ? []
      : [{ kind: 'account_limit', ...base, limit: read(record(said)) }]
  })
}

/** Seen in: WhatsApp Web's WAWebMexGroupPropertyUpdateNotificationHandler. Other properties of groups have no name here. */
async function groupChanges(data: Json, base: Base, book: AddressBook): Promise<InboundGroupChange[]> {
  const { id: group, properties, updated_by } = record(data['xwa2_notify_group_on_prop_change'])
  const mode = record(properties)['member_share_group_history_mode']
  if (typeof group !== 'string' || typeof mode !== 'string') return []
  const { id, pn } = record(updated_by)
  const by = typeof id === 'string' ? await addressOf(id, text(pn) || undefined, book) : undefined
  const change = { type: 'history_sharing', value: historySharingIn(mode) } as const
  return [{ kind: 'group_change', ...base, group, ...(by && { by }), change }]
}

/** Seen in: zapo client/events/mex-notification.ts. */
async function usernameChanges(data: Json, base: Base, book: AddressBook): Promise<InboundPersonChange[]> {
  const [set, gone] = [record(data['xwa2_notify_username_on_change']), record(data['xwa2_notify_username_delete'])]
  const lid = text(set['lid']) || text(gone['lid'])
  if (!lid.endsWith('@lid')) return []
  const change = {
    type: 'username',
    of: await addressOf(lid, undefined, book),
    username: text(set['username']),
  } as const
  return [{ kind: 'person_change', ...base, change }]
}

function parse(json: string): Json {
  try {
    return record(JSON.parse(json))
  } catch {
    return {}
  }
}
