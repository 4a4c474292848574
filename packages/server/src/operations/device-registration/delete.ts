import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { knownDevice, removeDevice } from '../admin/remove-device.ts'

export default defineOperation({
  method: 'DELETE',
  path: '/devices/{device_id}',
  auth: 'api_key',
  summary: 'Remove a device of the API key for good',
  description:
    'Its token is refused at once. Then its WhatsApp session is ended and unlinked, and all that is stored of it is deleted: secrets, messages, events, webhooks. Its place in `max_devices` is free again.',
  // Any text: what is no UUID is a device that does not exist.
  params: z.object({ device_id: z.string().max(100) }),
  message: 'Device deleted',
  errors: ['device_not_found'],
  deviceOf: knownDevice,
  async run(context, { params }) {
    await removeDevice(context, params.device_id.toLowerCase(), context.principal)
    return undefined
  },
})
