import { AppError } from '../../errors/app-error.ts'
import { defineOperation } from '../../kit/define-operation.ts'
import { ability } from '../../kit/needs.ts'
import { AppTarget, pushTarget, registeredShape, registeredView } from '../../schemas/push.ts'

export default defineOperation({
  method: 'POST',
  path: '/devices/me/push-notifications',
  auth: 'device',
  summary: 'Choose how an app is woken: by WhatsApp’s servers, or by the device’s webhooks',
  description:
    '`fcm` and `apns` are registered with WhatsApp, as `POST /devices/me/server-push-config` does. `webhook` registers nothing: the device needs an active webhook.',
  needs: { push: ability('push') },
  body: AppTarget,
  response: registeredShape,
  errors: ['webhook_not_found'],
  async run({ push, webhooks, principal }, { body: { platform, token } }) {
    if (platform === 'webhook') {
      const active = (await webhooks.list(principal.deviceId)).some(({ active }) => active)
      if (!active) throw new AppError('webhook_not_found')
      return { platform }
    }
    const target = pushTarget({ platform, token })
    await push.register(target)
    return registeredView(target)
  },
})
