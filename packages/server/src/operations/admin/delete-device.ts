import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { knownDevice, removeDevice } from './remove-device.ts'

export default defineOperation({
  method: 'DELETE',
  path: '/admin/devices/{device_id}',
  auth: 'admin',
  summary: 'Remove a device for good',
  description:
    'Its token is refused at once. Then its WhatsApp session is ended and unlinked, and all that is stored of it is deleted: secrets, messages, events, webhooks.',
  // Any text: what is no UUID is a device that does not exist.
  params: z.object({ device_id: z.string().max(100) }),
  message: 'Device deleted',
  errors: ['device_not_found'],
  deviceOf: knownDevice,
  async run(context, { params }) {
    await removeDevice(context, params.device_id.toLowerCase())
    return undefined
  },
})
