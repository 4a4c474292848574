import { personIn } from '../../kit/needs.ts'
import { channelAct } from '../../kit/presets.ts'
import { blockable } from '../../people/resolve-people.ts'

export default channelAct({
  method: 'DELETE',
  path: '/newsletters/{jid}/admins/{user_jid}',
  summary: 'Make an admin of a channel a follower again',
  description: 'The owner does that with every admin, and an admin with itself.',
  needs: { person: personIn('user_jid') },
  errors: ['not_on_whatsapp'],
  async run(context) {
    await context.channels.demote(context.channel, await blockable(context, context.person))
    return undefined
  },
})
