import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { Approval, ApprovalId } from '../../schemas/approval.ts'
import { approvalView } from './approval-view.ts'

export default defineOperation({
  method: 'GET',
  path: '/approvals/{approval_id}',
  auth: 'device',
  summary: 'A message that waits for a person to agree, exactly as it would be sent',
  params: z.object({ approval_id: ApprovalId }),
  response: Approval,
  errors: ['approval_not_found'],
  run: async ({ approvals, principal }, { params }) =>
    approvalView(await approvals.get(principal.deviceId, params.approval_id)),
})
