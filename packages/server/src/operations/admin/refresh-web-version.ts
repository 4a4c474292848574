import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { webVersionShape, webVersionView } from './web-version-shapes.ts'

export default defineOperation({
  method: 'POST',
  path: '/admin/whatsapp/version/refresh',
  auth: 'admin',
  summary: 'Look for the newest WhatsApp Web version and use it from now on',
  description:
    'Connections that are open stay as they are; new ones present the new version. When WhatsApp calls the version of a device too old, the gateway looks by itself and connects the device again.',
  query: z.object({
    force: z.boolean().default(true).describe('`false` keeps to WHATSAPP_WAVERSION_REFRESH_MIN_INTERVAL.'),
  }),
  response: z.object({
    refreshed: z.boolean().describe('`false`: too soon after the last look, or the version is fixed.'),
    ...webVersionShape,
  }),
  errors: ['whatsapp_error', 'whatsapp_timeout'],
  async run({ webVersion }, { query }) {
    const refreshed = await webVersion.refresh({ force: query.force })
    return { refreshed, ...webVersionView(webVersion) }
  },
})
