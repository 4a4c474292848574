import { defineOperation } from '../../kit/define-operation.ts'
import { SendPolicyChange, SendPolicyView } from '../../schemas/send-policy.ts'
import { actorOf } from '../../tenants/principals.ts'
import { policyOf, policyView } from './policy-view.ts'

export default defineOperation({
  method: 'POST',
  path: '/devices/me/send-policy',
  auth: 'device',
  anywhere: true,
  summary: 'Set what the token of the device may send by itself',
  description:
    'For an agent that has the token. From the next request on, a token with the mode `allow_list` or `approve` reads, and sends through `POST /mcp` alone; it cannot change its policy. Change it with the API key (`X-API-Key` and `X-Device-ID`). A new token of the device has the same policy.',
  body: SendPolicyChange,
  response: SendPolicyView,
  async run({ tenants, principal: { apiKeyId, deviceId, by } }, { body }) {
    const policy = policyOf(body)
    await tenants.sendPolicies.set({ apiKeyId, deviceId }, policy, actorOf(by))
    return policyView(policy)
  },
})
