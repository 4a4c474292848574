import type { z } from 'zod'
import type { Approval } from '../../approvals/approval.ts'
import type { Approval as ApprovalShape } from '../../schemas/approval.ts'
import { contentOf } from '../../schemas/content.ts'
import { person } from '../../schemas/person.ts'

/** An approval as answers show it. */
export const approvalView = (approval: Approval): z.input<typeof ApprovalShape> => ({
  approval_id: approval.id,
  state: approval.state,
  ...person('chat_jid', approval.chat),
  message_id: approval.messageId,
  type: approval.view?.type,
  text: approval.view?.text ?? null,
  emoji: approval.view?.emoji,
  target_message_id: approval.view?.target?.id,
  quoted_message_id: approval.view?.quoted?.id ?? null,
  ...(approval.view && contentOf(approval.view)),
  has_file: approval.fileId !== undefined,
  proposed_by: approval.proposedBy,
  created_at: approval.createdAt,
  expires_at: approval.expiresAt,
  decided_by: approval.decidedBy,
  decided_at: approval.decidedAt,
})
