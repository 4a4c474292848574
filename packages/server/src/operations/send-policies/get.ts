import { defineOperation } from '../../kit/define-operation.ts'
import { SendPolicyView } from '../../schemas/send-policy.ts'
import { policyView } from './policy-view.ts'

export default defineOperation({
  method: 'GET',
  path: '/devices/me/send-policy',
  auth: 'device',
  anywhere: true,
  summary: 'What the token of the device may send by itself',
  response: SendPolicyView,
  run: async ({ tenants, principal }) => policyView(tenants.sendPolicies.get(principal)),
})
