import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { exampleNumber, fields, ownNumber } from '../fields.ts'

export default defineEvent({
  name: 'connection.pair_success',
  group: 'Connection',
  summary: 'The device was linked; it connects next.',
  schema: z.object({
    jid: fields.jid,
    pair_jid: z.string().describe('Own device address'),
    pair_lid: z.string().describe('Own device address as a LID; blank when it is not known'),
    business_name: z.string().describe('Name of a business account; blank otherwise'),
    platform: z.string().describe('System of the phone, such as `android`; blank when it is not known'),
  }),
  example: {
    jid: exampleNumber,
    pair_jid: `${exampleNumber}:5@s.whatsapp.net`,
    pair_lid: '',
    business_name: '',
    platform: 'android',
  },
  on: ['paired'],
  from: (_device, { account }) => ({
    jid: ownNumber({ account }),
    pair_jid: account.jid,
    pair_lid: account.lid ?? '',
    business_name: account.businessName ?? '',
    platform: account.platform ?? '',
  }),
})
