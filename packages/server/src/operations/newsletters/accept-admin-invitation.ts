import { adminInvitationRefusals } from '../../channels/refusals.ts'
import { channelAct } from '../../kit/presets.ts'

export default channelAct({
  method: 'POST',
  path: '/newsletters/{jid}/admin-invitations/accept',
  summary: 'Accept an invitation to help run a channel',
  description: 'The invitation came as a message of type `newsletter_admin_invite`, which names the channel.',
  refusals: adminInvitationRefusals,
  run: ({ channels, channel }) => channels.acceptInvitation(channel),
})
