import { defineOperation } from '../../kit/define-operation.ts'
import { SendPolicyChange, SendPolicyView } from '../../schemas/send-policy.ts'
import { ApiKeyPath } from '../admin/api-key-shapes.ts'
import { policyOf, policyView } from './policy-view.ts'

export default defineOperation({
  method: 'POST',
  path: '/admin/api-keys/{id}/send-policy',
  auth: 'admin',
  summary: 'Set what an API key may send by itself',
  description:
    'For a key that is given to an agent. With the mode `allow_list` or `approve` it reads, and sends through `POST /mcp` alone (with `X-Device-ID`); it changes nothing else. The tokens of its devices have policies of their own.',
  params: ApiKeyPath,
  body: SendPolicyChange,
  response: SendPolicyView,
  errors: ['api_key_not_found'],
  async run({ tenants }, { params, body }) {
    const { id } = await tenants.apiKeys.get(params.id)
    const policy = policyOf(body)
    await tenants.sendPolicies.set({ apiKeyId: id }, policy, 'admin')
    return policyView(policy)
  },
})
