import { z } from 'zod'
import { settingRefusals } from '../../chats/refusals.ts'
import { ownAct } from '../../kit/presets.ts'
import { words } from '../../schemas/text.ts'

export default ownAct({
  method: 'PATCH',
  path: '/users/me/name',
  summary: 'Change the own name',
  description: 'People see it who have not saved the account.',
  refusals: settingRefusals,
  body: z.object({ name: words(25).meta({ examples: ['Ada'] }) }),
  run: ({ profile }, { name }) => profile.setPushName(name),
})
