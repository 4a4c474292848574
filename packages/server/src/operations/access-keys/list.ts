import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { AccessKeyEntry, toAccessKeyEntry } from './access-key-shapes.ts'

export default defineOperation({
  method: 'GET',
  path: '/access-keys',
  auth: 'api_key',
  summary: 'List the access keys of the API key, the oldest first',
  response: z.object({ access_keys: z.array(AccessKeyEntry) }),
  async run({ tenants, principal }) {
    return { access_keys: (await tenants.accessKeys.list(principal.apiKeyId)).map(toAccessKeyEntry) }
  },
})
