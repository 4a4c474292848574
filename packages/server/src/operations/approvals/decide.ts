import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { Approval, ApprovalId } from '../../schemas/approval.ts'
import { actorOf } from '../../tenants/principals.ts'
import { approvalView } from './approval-view.ts'

export default defineOperation({
  method: 'POST',
  path: '/approvals/{approval_id}',
  auth: 'device',
  summary: 'Agree to a message, or reject it',
  description:
    'Once agreed, it is sent under its `message_id` with exactly the bytes that were shown; `GET /messages/{message_id}` tells how it ends. It is decided once, by the first who does. No credential with a send policy may decide.',
  params: z.object({ approval_id: ApprovalId }),
  body: z.object({ decision: z.enum(['approve', 'reject']) }),
  response: Approval,
  errors: ['approval_not_found', 'approval_decided', 'device_not_connected', 'device_not_linked'],
  async run({ approvals, principal: { deviceId, by } }, { params: { approval_id: id }, body: { decision } }) {
    return approvalView(await approvals[decision](deviceId, id, actorOf(by)))
  },
})
