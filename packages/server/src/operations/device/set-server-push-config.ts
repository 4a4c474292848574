import { defineOperation } from '../../kit/define-operation.ts'
import { ability } from '../../kit/needs.ts'
import { pushTarget, registeredShape, registeredView, ServerPushTarget } from '../../schemas/push.ts'

export default defineOperation({
  method: 'POST',
  path: '/devices/me/server-push-config',
  auth: 'device',
  summary: 'Let WhatsApp’s servers wake an app or a browser',
  description:
    'WhatsApp sends a sign there when something waits for the account and this device is not connected. It takes the place of what was registered. Messages reach webhooks and streams without it.',
  needs: { push: ability('push') },
  body: ServerPushTarget,
  response: registeredShape,
  async run({ push }, { body }) {
    const target = pushTarget(body)
    await push.register(target)
    return registeredView(target)
  },
})
