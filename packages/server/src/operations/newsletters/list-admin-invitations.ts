import { z } from 'zod'
import { channelAct } from '../../kit/presets.ts'
import { person, personFields } from '../../schemas/person.ts'

export default channelAct({
  method: 'GET',
  path: '/newsletters/{jid}/admin-invitations',
  summary: 'People who were invited to help run a channel and have not answered',
  response: z.array(z.object(personFields('user', 'Who was invited'))),
  async run({ channels, channel, addresses, principal }) {
    const invited = await channels.invitedAdmins(channel)
    const both = await addresses.lookUp(
      principal.deviceId,
      invited.map(({ jid }) => jid),
    )
    return invited.map((who) => person('user', { ...both(who.jid), ...who }))
  },
})
