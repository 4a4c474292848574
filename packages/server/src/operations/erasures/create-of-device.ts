import { z } from 'zod'
import { Accepted, defineOperation } from '../../kit/define-operation.ts'
import { actorOf } from '../../tenants/principals.ts'
import { Erasure, erasureView } from './erasure-shapes.ts'

export default defineOperation({
  method: 'POST',
  path: '/devices/{device_id}/erasure',
  auth: 'api_key',
  summary: 'Erase a device of the API key, with proof',
  description:
    'As `DELETE /devices/{device_id}`: its link at WhatsApp ends, its token is refused, and everything that is stored of it goes. Here it is also taken out of the files of the database, and the answer stays as the proof.',
  destructive: true,
  // Any text: what is no UUID is a device that does not exist.
  params: z.object({ device_id: z.string().max(100) }),
  response: Erasure,
  mayTakeLonger: true,
  message: 'Erasure accepted',
  errors: ['device_not_found'],
  async run({ erasures, principal }, { params }) {
    const asked = { apiKeyId: principal.apiKeyId, by: actorOf(principal.by) }
    return new Accepted(erasureView(await erasures.askDevice(params.device_id.toLowerCase(), asked)))
  },
})
