import { ability } from '../../kit/needs.ts'
import { personAct } from '../../kit/presets.ts'
import { blockable } from '../../people/resolve-people.ts'

export default personAct({
  method: 'DELETE',
  path: '/users/{user_jid}/block',
  destructive: false,
  summary: 'Let a blocked person write again',
  needs: { profile: ability('profile') },
  errors: ['not_on_whatsapp'],
  run: async (context) => context.profile.setBlocked(await blockable(context, context.person), false),
})
