import { adminInvitationRefusals } from '../../channels/refusals.ts'
import { personIn } from '../../kit/needs.ts'
import { channelAct } from '../../kit/presets.ts'
import { blockable } from '../../people/resolve-people.ts'

export default channelAct({
  method: 'DELETE',
  path: '/newsletters/{jid}/admin-invitations/{user_jid}',
  summary: 'Take an invitation to run an own channel back',
  needs: { person: personIn('user_jid') },
  refusals: adminInvitationRefusals,
  errors: ['not_on_whatsapp'],
  async run(context) {
    await context.channels.revokeInvitation(context.channel, await blockable(context, context.person))
    return undefined
  },
})
