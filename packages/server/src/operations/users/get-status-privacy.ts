import { z } from 'zod'
import { ownAct } from '../../kit/presets.ts'

export default ownAct({
  method: 'GET',
  path: '/users/me/status-privacy',
  summary: 'Who sees status posts',
  response: z.array(
    z.object({
      type: z.enum(['contacts', 'blacklist', 'whitelist']).describe('`blacklist`: all contacts but these'),
      list: z
        .array(z.string().meta({ examples: ['4917087654321@s.whatsapp.net'] }))
        .describe('Numbers where they are known, else LIDs'),
      list_lid: z
        .array(z.string().meta({ examples: ['123456789012345@lid'] }))
        .describe('LIDs of `list`, place by place; blank where none is known'),
      is_default: z.boolean().describe('This one is in force'),
    }),
  ),
  run: async ({ profile }) =>
    (await profile.statusAudiences()).map(({ type, people, isDefault }) => ({
      type,
      list: people.map(({ jid }) => jid),
      list_lid: people.map(({ lid }) => lid ?? ''),
      is_default: isDefault,
    })),
})
