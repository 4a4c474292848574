import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { MediaPolicy } from '../../schemas/media-policy.ts'

export default defineOperation({
  method: 'GET',
  path: '/devices/me/media-policy',
  auth: 'device',
  summary: 'Which files of incoming messages are fetched and stored at once',
  response: MediaPolicy.extend({ own: z.boolean().describe('The device has set it; otherwise it follows the server') }),
  async run({ media, principal }) {
    const { mode, types, maxBytes, own } = media.policy(principal.deviceId)
    return { mode, types: [...types], max_bytes: maxBytes, own }
  },
})
