import { defineOperation } from '../../kit/define-operation.ts'
import { AccessKeyPath, AccessKeyWithSecret, toAccessKeyEntry } from './access-key-shapes.ts'

export default defineOperation({
  method: 'POST',
  path: '/access-keys/{access_key_id}/rotate',
  auth: 'api_key',
  destructive: true,
  summary: 'Give an access key another secret',
  description: 'The old one is refused from the next request on, and what was opened with it ends.',
  params: AccessKeyPath,
  response: AccessKeyWithSecret,
  message: 'Access key rotated',
  errors: ['access_key_not_found'],
  async run({ tenants, principal }, { params }) {
    const { key, secret } = await tenants.accessKeys.rotate(principal.apiKeyId, params.access_key_id)
    return { ...toAccessKeyEntry(key), secret }
  },
})
