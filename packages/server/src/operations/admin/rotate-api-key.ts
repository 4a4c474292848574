import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { ApiKeyPath } from './api-key-shapes.ts'

export default defineOperation({
  method: 'POST',
  path: '/admin/api-keys/{id}/rotate',
  auth: 'admin',
  destructive: true,
  summary: 'Replace the text of an API key that may have leaked',
  description:
    'The old text is refused from the next request on; the new one is shown in this answer and never again. The customer, the limits, the devices and their tokens stay.',
  params: ApiKeyPath,
  response: z.object({
    id: z.int(),
    api_key: z.string().meta({ description: '`wam_` and 28 hex digits. Keep it now.' }),
  }),
  message: 'API key replaced',
  errors: ['api_key_not_found'],
  async run({ tenants }, { params }) {
    return { id: params.id, api_key: await tenants.apiKeys.rotate(params.id) }
  },
})
