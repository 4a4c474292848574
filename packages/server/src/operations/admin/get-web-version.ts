import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { webVersionShape, webVersionView } from './web-version-shapes.ts'

export default defineOperation({
  method: 'GET',
  path: '/admin/whatsapp/version',
  auth: 'admin',
  summary: 'The WhatsApp Web version that connections present',
  response: z.object(webVersionShape),
  run: async ({ webVersion }) => webVersionView(webVersion),
})
