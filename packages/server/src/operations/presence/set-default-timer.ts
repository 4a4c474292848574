import { z } from 'zod'
import { ownAct } from '../../kit/presets.ts'
import { Timer } from '../../schemas/timer.ts'

export default ownAct({
  method: 'PATCH',
  path: '/users/me/disappearing-timer',
  summary: 'How long messages stay in chats that begin from now on',
  body: z.object({ timer: Timer }),
  run: ({ profile }, { timer }) => profile.setDefaultTimer(timer),
})
