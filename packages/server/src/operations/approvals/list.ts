import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { Approval, ApprovalState } from '../../schemas/approval.ts'
import { limit as pageLimit } from '../../schemas/limit.ts'
import { ApprovalCursor, approvalCursor } from '../../schemas/page-cursor.ts'
import { approvalView } from './approval-view.ts'

export default defineOperation({
  method: 'GET',
  path: '/approvals',
  auth: 'device',
  summary: 'List the messages that wait for a person to agree, and what became of others, newest first',
  description: 'What was decided or has expired stays for 30 days.',
  query: z.object({
    state: ApprovalState.optional().describe('Only those; all when absent.'),
    limit: pageLimit(20, 100),
    cursor: ApprovalCursor.optional().meta({ description: '`next_cursor` of an earlier page.' }),
  }),
  response: z.object({
    approvals: z.array(Approval),
    next_cursor: z.string().optional().meta({ description: 'Where the next page begins; absent on the last.' }),
  }),
  async run({ approvals, principal }, { query: { state, limit, cursor } }) {
    const page = { limit, ...(state && { state }), ...(cursor && { after: cursor }) }
    const { approvals: found, next } = await approvals.list(principal.deviceId, page)
    return { approvals: found.map(approvalView), ...(next && { next_cursor: approvalCursor(next) }) }
  },
})
