import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { MediaPolicy } from '../../schemas/media-policy.ts'

export default defineOperation({
  method: 'POST',
  path: '/devices/me/media-policy',
  auth: 'device',
  summary: 'Set which files of incoming messages are fetched and stored at once',
  description:
    'For messages that come from now on. What is left out stays as it is. With the mode `default` the device follows the server (WHATSAPP_AUTO_DOWNLOAD_MEDIA) again.',
  body: MediaPolicy.partial().extend({ mode: z.enum(['on_demand', 'auto', 'default']).optional() }),
  async run({ media, principal: { deviceId } }, { body: { mode, types, max_bytes: maxBytes } }) {
    if (mode === 'default') return media.resetPolicy(deviceId)
    await media.setPolicy(deviceId, { ...(mode && { mode }), ...(types && { types }), ...(maxBytes && { maxBytes }) })
  },
})
