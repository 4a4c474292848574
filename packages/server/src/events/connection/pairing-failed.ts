import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { fields, ownNumber } from '../fields.ts'

export default defineEvent({
  name: 'connection.pair_error',
  group: 'Connection',
  summary: 'The phone approved the link, and it could not be completed.',
  schema: z.object({
    jid: fields.jid,
    pair_jid: z.string(),
    pair_lid: z.string().describe('Own device address as a LID; blank when it is not known'),
    business_name: z.string().describe('Name of a business account; blank otherwise'),
    platform: z.string().describe('System of the phone, such as `android`; blank when it is not known'),
    error: z.string().describe('What went wrong, in words'),
  }),
  example: { jid: '', pair_jid: '', pair_lid: '', business_name: '', platform: '', error: 'signature not valid' },
  on: ['state_changed'],
  from: (device, { state }) =>
    state.reason === 'pairing_failed'
      ? {
          jid: ownNumber(device),
          pair_jid: device.account?.jid ?? '',
          pair_lid: device.account?.lid ?? '',
          business_name: device.account?.businessName ?? '',
          platform: device.account?.platform ?? '',
          error: state.detail ?? 'pairing failed',
        }
      : undefined,
})
