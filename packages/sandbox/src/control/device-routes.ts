import { z } from 'zod'
import type { Sandbox } from '../driver/sandbox.ts'
import { ControlError } from './control-error.ts'
import { type Route, routeWithBody } from './route.ts'
import { deviceView } from './views.ts'

const disconnect = z.strictObject({ code: z.int().min(0).max(999) })

export const deviceRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/devices/{jid}',
    summary: 'Shows a device; a JID without a device number is the phone',
    answer: '`{id, jid, lid, platform, connected, presence, waiting, pre_keys}`',
    run: ({ sandbox, params }) => {
      checkDevice(sandbox, params['jid'] ?? '')
      return deviceView(sandbox.device(params['jid'] ?? ''))
    },
  },
  routeWithBody({
    method: 'POST',
    path: '/devices/{jid}/disconnect',
    summary:
      'Ends the stream of a linked device as WhatsApp would with that code: 401 unlinks it, 402, 403, 405, 406, 409 and 411 are also given to its next login, 440 is "replaced by another connection", 0 closes without a word',
    body: disconnect,
    answer: '`{disconnected, code}`',
    run: ({ sandbox, params, body }) => {
      checkDevice(sandbox, params['jid'] ?? '')
      sandbox.disconnect(params['jid'] ?? '', body.code)
      return { disconnected: params['jid'], code: body.code }
    },
  }),
]

function checkDevice(sandbox: Sandbox, jid: string): void {
  if (!sandbox.world.device(jid)) throw new ControlError(404, 'device_not_found', `there is no device ${jid}`)
}
