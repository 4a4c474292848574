import { z } from 'zod'
import { contentFields } from './content.ts'
import { Instant } from './instant.ts'
import { MessageType } from './message-type.ts'
import { personFields } from './person.ts'

export const ApprovalId = z
  .string()
  .regex(/^apr_[A-Za-z0-9_-]{22}$/)
  .meta({ id: 'ApprovalId', description: 'Names an approval.', examples: ['apr_2mXw3sJ0oQ2cPq9f1yT8aK'] })

export const ApprovalState = z.enum(['pending', 'approved', 'rejected', 'expired'])

/** A message that leaves when a person has agreed. */
export const Approval = z
  .object({
    approval_id: z.string().meta({ examples: ['apr_2mXw3sJ0oQ2cPq9f1yT8aK'] }),
    state: ApprovalState,
    ...personFields('chat_jid', 'Where it goes'),
    message_id: z.string().describe('Under which it is sent'),
    type: MessageType.optional().describe('Absent once it was rejected or has expired: what it says is gone then'),
    text: z.string().nullable().describe('Text or caption, as it is sent'),
    emoji: z.string().optional().meta({ description: 'Of a reaction; blank takes one back', examples: [] }),
    target_message_id: z.string().optional().meta({ description: 'The message that it reacts to', examples: [] }),
    quoted_message_id: z.string().nullable(),
    ...contentFields,
    has_file: z.boolean().describe('`GET /approvals/{approval_id}/media` has the file that is sent'),
    proposed_by: z
      .string()
      .meta({ description: 'The credential: `device:<id>` or `key:<id>`', examples: ['device:6f1c…'] }),
    created_at: Instant,
    expires_at: Instant.describe('After that nobody can agree any more'),
    decided_by: z
      .string()
      .nullable()
      .meta({
        description:
          'Who decided: `admin`, `device:<id>`, `key:<id>`; `client of …` when it was the user of the agent’s program, as that says',
        examples: ['admin'],
      }),
    decided_at: Instant.nullable(),
  })
  .meta({ id: 'Approval' })
