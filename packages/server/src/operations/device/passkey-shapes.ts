import { z } from 'zod'
import type { PasskeyOutcome } from '../../sessions/sessions.ts'

export const PasskeyProgress = z.object({
  state: z
    .enum(['linked', 'passkey_confirm', 'passkey_failed'])
    .describe(
      '`linked`; `passkey_confirm`: the phone confirms, after a person compared `code` where there is one; `passkey_failed`: nothing was linked',
    ),
  code: z
    .string()
    .nullable()
    .describe('XXXX-XXXX, to be compared with the phone; null when there is nothing to compare'),
  reason: z.string().nullable().describe('Why nothing was linked; null otherwise'),
})

export const progressOf = (outcome: PasskeyOutcome): z.input<typeof PasskeyProgress> => {
  if (outcome.kind === 'linked') return { state: 'linked', code: null, reason: null }
  if (outcome.kind === 'ended') return { state: 'passkey_failed', code: null, reason: outcome.reason }
  return { state: 'passkey_confirm', code: outcome.code ?? null, reason: null }
}
