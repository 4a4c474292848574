import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { personIn } from '../../kit/needs.ts'
import { Status } from '../../schemas/status.ts'
import { statusView } from './status-view.ts'

export default defineOperation({
  method: 'GET',
  path: '/status/{target}',
  auth: 'device',
  summary: 'List the status posts of one person that are still shown, newest first',
  description: 'The about text, which WhatsApp calls status too, is in `GET /users/{jid}`.',
  needs: { person: personIn('target') },
  response: z.object({ statuses: z.array(Status) }),
  run: async ({ statuses, principal, person, baseUrl }) => ({
    statuses: (await statuses.listOf(principal.deviceId, person)).map((post) => statusView(post, baseUrl)),
  }),
})
