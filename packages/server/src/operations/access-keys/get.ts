import { defineOperation } from '../../kit/define-operation.ts'
import { AccessKeyEntry, AccessKeyPath, toAccessKeyEntry } from './access-key-shapes.ts'

export default defineOperation({
  method: 'GET',
  path: '/access-keys/{access_key_id}',
  auth: 'api_key',
  summary: 'One access key',
  params: AccessKeyPath,
  response: AccessKeyEntry,
  errors: ['access_key_not_found'],
  async run({ tenants, principal }, { params }) {
    return toAccessKeyEntry(await tenants.accessKeys.get(principal.apiKeyId, params.access_key_id))
  },
})
