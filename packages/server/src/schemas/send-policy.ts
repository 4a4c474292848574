import { z } from 'zod'
import { RecipientAddress } from './chat-address.ts'

const hourSeconds = 3600
const weekSeconds = 7 * 24 * hourSeconds

const whom = 'The people and groups that it may write to; null: anybody. With `allow_list` it must be a list.'

const fields = {
  client_may_approve: z
    .boolean()
    .describe(
      'With `approve`: what the program of the agent says its user has agreed to counts as agreed. Only for a program that is trusted to ask its user, because nobody else is asked.',
    ),
  expires_in_seconds: z
    .int()
    .min(60)
    .max(weekSeconds)
    .describe('With `approve`: after so long nobody can agree any more'),
}

const mode = z
  .enum(['auto', 'allow_list', 'approve'])
  .describe(
    '`auto`: it sends whatever it likes. `allow_list`: to `recipients` alone. `approve`: each message waits until a person agrees.',
  )

/** What a credential may send by itself. */
export const SendPolicyView = z
  .object({
    mode,
    recipients: z
      .array(z.string().meta({ examples: ['4917012345678@s.whatsapp.net'] }))
      .nullable()
      .describe(whom),
    ...fields,
  })
  .meta({ id: 'SendPolicy' })

/** A new policy. */
export const SendPolicyChange = z
  .object({
    mode,
    recipients: z.array(RecipientAddress).min(1).max(200).nullable().default(null).describe(whom),
    client_may_approve: fields.client_may_approve.default(false),
    expires_in_seconds: fields.expires_in_seconds.default(hourSeconds),
  })
  .meta({ id: 'SendPolicyChange', examples: [{ mode: 'approve', recipients: ['4917012345678@s.whatsapp.net'] }] })

/** What a credential without a policy shows. */
export const noPolicy: z.input<typeof SendPolicyView> = {
  ...{ mode: 'auto', recipients: null, client_may_approve: false, expires_in_seconds: hourSeconds },
}
