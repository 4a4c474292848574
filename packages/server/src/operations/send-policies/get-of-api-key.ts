import { defineOperation } from '../../kit/define-operation.ts'
import { SendPolicyView } from '../../schemas/send-policy.ts'
import { ApiKeyPath } from '../admin/api-key-shapes.ts'
import { policyView } from './policy-view.ts'

export default defineOperation({
  method: 'GET',
  path: '/admin/api-keys/{id}/send-policy',
  auth: 'admin',
  summary: 'What an API key may send by itself',
  params: ApiKeyPath,
  response: SendPolicyView,
  errors: ['api_key_not_found'],
  async run({ tenants }, { params }) {
    const { id } = await tenants.apiKeys.get(params.id)
    return policyView(tenants.sendPolicies.get({ apiKeyId: id }))
  },
})
