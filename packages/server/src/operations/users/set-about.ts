import { z } from 'zod'
import { ownAct } from '../../kit/presets.ts'

export default ownAct({
  method: 'POST',
  path: '/users/me/status',
  summary: 'Set the about text of the account',
  body: z.object({
    status: z
      .string()
      .max(139)
      .meta({ description: 'Blank removes it', examples: ['At work'] }),
  }),
  run: ({ profile }, { status }) => profile.setAbout(status),
})
