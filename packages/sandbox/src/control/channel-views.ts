import type { ChannelMessageView, ChannelView } from '../phone/channels/channel-view.ts'
import { describeMessage } from '../phone/message-content.ts'
import type { Newsletter } from '../world/newsletters/newsletter.ts'
import type { World } from '../world/world.ts'

/** A channel as one phone sees it. */
export function channelView(channel: ChannelView): Record<string, unknown> {
  const { inviteLink, picturePath, ...rest } = channel
  return { ...rest, invite_link: inviteLink, picture_path: picturePath }
}

/** A channel seen from above. */
export function worldChannelView(world: World, newsletter: Newsletter): Record<string, unknown> {
  const members = [...newsletter.members].map(([lid, { role, muted }]) => ({
    ...{ jid: `${world.account(`${lid}@lid`)?.phone}@s.whatsapp.net`, role, muted },
  }))
  return {
    jid: `${newsletter.id}@newsletter`,
    name: newsletter.name.text,
    description: newsletter.description.text,
    invite_link: `https://whatsapp.com/channel/${newsletter.inviteCode}`,
    reactions: newsletter.reactionCodes,
    messages: newsletter.messages.size,
    members,
    created_at: new Date(newsletter.createdAt).toISOString(),
  }
}

/** A message as the channel holds it. */
export function channelMessageView({
  serverId: server_id,
  fromMe,
  message,
  ...rest
}: ChannelMessageView): Record<string, unknown> {
  const content = message ? describeMessage(message) : {}
  return { server_id, from_me: fromMe, ...rest, ...content }
}
