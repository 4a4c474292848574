import { z } from 'zod'
import { ownAct } from '../../kit/presets.ts'

export default ownAct({
  method: 'GET',
  path: '/users/me/blocklist',
  summary: 'People who are blocked',
  response: z.object({
    blocked: z
      .array(z.string().meta({ examples: ['4917087654321@s.whatsapp.net'] }))
      .describe('Numbers where they are known, else LIDs'),
    blocked_lid: z
      .array(z.string().meta({ examples: ['123456789012345@lid'] }))
      .describe('LIDs of `blocked`, place by place; blank where none is known'),
  }),
  async run({ profile }) {
    const people = await profile.blocklist()
    return { blocked: people.map(({ jid }) => jid), blocked_lid: people.map(({ lid }) => lid ?? '') }
  },
})
