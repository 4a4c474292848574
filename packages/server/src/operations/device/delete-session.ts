import { defineOperation } from '../../kit/define-operation.ts'

export default defineOperation({
  method: 'DELETE',
  path: '/devices/me/session',
  auth: 'device',
  summary: 'Unlink the device from WhatsApp',
  description:
    'Asks WhatsApp to remove the link and waits five seconds for its answer; then every secret of the link is deleted here in any case. The device, its token and its messages stay. While the device is offline, this cannot be done at WhatsApp: also remove it on the phone under Linked devices.',
  errors: ['device_not_linked'],
  async run({ sessions, principal }) {
    await sessions.logout(principal.deviceId)
    return undefined
  },
})
