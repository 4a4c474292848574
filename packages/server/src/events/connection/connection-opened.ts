import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { exampleNumber, fields, ownNumber } from '../fields.ts'

export default defineEvent({
  name: 'connection.connected',
  group: 'Connection',
  summary: 'The device is connected and authenticated, after linking and after every reconnect.',
  schema: z.object({
    jid: fields.jid,
    phone_number: z.string().describe('Same as jid'),
    push_name: z.string().describe('Name that the account shows; blank until the phone has sent it'),
    platform: z.string().describe('System of the phone, such as `android`; blank when it is not known'),
    business_name: z.string().describe('Name of a business account; blank otherwise'),
    username: z
      .string()
      .optional()
      .describe('Own user name, without @; absent where there is none, or none is known yet'),
    is_logged_in: z.boolean(),
    is_connected: z.boolean(),
    lid: z.string().optional(),
  }),
  example: {
    jid: exampleNumber,
    phone_number: exampleNumber,
    push_name: 'Shop',
    platform: 'android',
    business_name: '',
    is_logged_in: true,
    is_connected: true,
  },
  on: ['state_changed'],
  repeats: 'After linking, and after each reconnect.',
  from: (device, { state }) => {
    if (state.name !== 'open') return undefined
    const number = ownNumber(device)
    const { pushName = '', platform = '', businessName = '', username, lid } = device.account ?? {}
    return {
      jid: number,
      phone_number: number,
      push_name: pushName,
      platform,
      business_name: businessName,
      username: username || undefined,
      is_logged_in: true,
      is_connected: true,
      lid,
    }
  },
})
