import { defineOperation } from '../../kit/define-operation.ts'

export default defineOperation({
  method: 'DELETE',
  path: '/devices/me/pairing-links',
  auth: 'device',
  summary: 'End every pairing link of the device',
  description: 'Pages that are open say that the link has ended. A device that was linked by one stays linked.',
  message: 'Pairing links ended',
  async run({ pairingLinks, principal }) {
    await pairingLinks.revoke(principal.deviceId)
    return undefined
  },
})
