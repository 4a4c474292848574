import type { Approval } from './approval.ts'

/** Thrown instead of the answer of a send: nothing is sent unless a person agrees. Only callers that can have a policy with approval ever meet it. */
export class ApprovalPending extends Error {
  override readonly name = 'ApprovalPending'
  readonly approval: Approval

  constructor(approval: Approval) {
    super(`the message waits for approval ${approval.id}`)
    this.approval = approval
  }
}
