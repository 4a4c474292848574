import { z } from 'zod'
import { defineTool } from '../define-tool.ts'
import { untrusted } from '../shapes.ts'

export const getContact = defineTool({
  name: 'get_contact',
  title: 'Look up a person',
  description: `Tells what WhatsApp shows of a person. What the person hides is blank. ${untrusted}`,
  readOnly: true,
  input: z.strictObject({
    user_jid: z.string().min(1).max(100).describe('International number, address, or user name (`@ada.lovelace`)'),
  }),
  output: z.object({
    jid: z.string(),
    lid: z.string().optional(),
    name: z.string(),
    username: z.string(),
    status: z.string().describe('The about text'),
    verified_name: z.string(),
    is_business: z.boolean(),
  }),
  run: async ({ perform }, { user_jid }) => (await perform('users.get', { params: { user_jid } })).data,
})
