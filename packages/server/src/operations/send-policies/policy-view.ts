import type { z } from 'zod'
import { refusedField } from '../../errors/refused-field.ts'
import { noPolicy, type SendPolicyChange, type SendPolicyView } from '../../schemas/send-policy.ts'
import type { SendPolicy } from '../../tenants/send-policies.ts'

/** A policy as answers show it. */
export const policyView = (policy: SendPolicy | undefined): z.input<typeof SendPolicyView> =>
  policy
    ? {
        mode: policy.mode,
        recipients: policy.recipients ? [...policy.recipients] : null,
        client_may_approve: policy.clientMayApprove,
        expires_in_seconds: policy.expirySeconds,
      }
    : noPolicy

/** The policy that a request means; undefined: none. @throws AppError invalid_request */
export const policyOf = (body: z.output<typeof SendPolicyChange>): SendPolicy | undefined => {
  const { mode, recipients, client_may_approve: clientMayApprove, expires_in_seconds: expirySeconds } = body
  if (mode === 'auto') return undefined
  if (mode === 'allow_list' && recipients === null) {
    throw refusedField('body.recipients', 'is needed with the mode allow_list')
  }
  return { mode, recipients: recipients ?? undefined, clientMayApprove, expirySeconds }
}
