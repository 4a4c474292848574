import { defineOperation } from '../../kit/define-operation.ts'
import { AccessKeyPath } from './access-key-shapes.ts'

export default defineOperation({
  method: 'DELETE',
  path: '/access-keys/{access_key_id}',
  auth: 'api_key',
  summary: 'Delete an access key',
  description: 'It is refused from the next request on, and what was opened with it ends.',
  params: AccessKeyPath,
  message: 'Access key deleted',
  errors: ['access_key_not_found'],
  async run({ tenants, principal }, { params }) {
    await tenants.accessKeys.delete(principal.apiKeyId, params.access_key_id)
    return undefined
  },
})
