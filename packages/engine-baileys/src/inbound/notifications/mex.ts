import type { ChannelChange, InboundChannelChange } from '@switchboard/engine'
import type { BinaryNode } from 'baileys'
import { readUser } from '../../abilities/channels/admins.ts'
import { type Json, record, roleIn, text } from '../../abilities/channels/channel-json.ts'
import { childrenNamed, textOf } from '../../wire/nodes.ts'
import { itemBase, type Notification } from './notification.ts'

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

/** Changes that GraphQL tells, most of them about channels. Seen in: whatsmeow notification.go `handleMexNotification`. */
export const mex: Notification = {
  type: 'mex',
  inOrder: () => true,
  items: (node) => childrenNamed(node, 'update').flatMap((update, index) => readUpdate(update, itemBase(node, index))),
}

function readUpdate(update: BinaryNode, base: ReturnType<typeof itemBase>): InboundChannelChange[] {
  const data = record(parse(textOf(update))['data'])
  return Object.entries(news).flatMap(([name, read]) => {
    const said = record(data[name])
    const { id } = said
    const change = typeof id === 'string' ? read(said) : undefined
    return typeof id === 'string' && change ? [{ kind: 'channel_change', ...base, channel: id, change } as const] : []
  })
}

function parse(json: string): Json {
  try {
    return record(JSON.parse(json))
  } catch {
    return {}
  }
}
