import { ability } from '../../kit/needs.ts'
import { personAct } from '../../kit/presets.ts'
import { blockable } from '../../people/resolve-people.ts'

export default personAct({
  method: 'POST',
  path: '/users/{user_jid}/block',
  summary: 'Block a person',
  needs: { profile: ability('profile') },
  errors: ['not_on_whatsapp'],
  run: async (context) => context.profile.setBlocked(await blockable(context, context.person), true),
})
