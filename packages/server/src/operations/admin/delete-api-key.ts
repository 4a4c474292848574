import { defineOperation } from '../../kit/define-operation.ts'
import { keyScope } from '../../tenants/principals.ts'
import { ApiKeyPath } from './api-key-shapes.ts'

export default defineOperation({
  method: 'DELETE',
  path: '/admin/api-keys/{id}',
  auth: 'admin',
  summary: 'Remove an API key and all of its devices',
  description:
    'The key and its devices’ tokens are refused at once. Then every WhatsApp session of it is ended and unlinked, and all that is stored of its devices is deleted.',
  params: ApiKeyPath,
  message: 'API key deleted',
  errors: ['api_key_not_found'],
  async run(context, { params }) {
    await context.tenants.apiKeys.delete(params.id, async (device_id) => {
      await context.perform('admin.deleteDevice', { params: { device_id } })
    })
    context.webhooks.forget(keyScope(params.id))
    return undefined
  },
})
