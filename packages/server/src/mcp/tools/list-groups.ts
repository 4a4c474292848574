import { z } from 'zod'
import { defineTool } from '../define-tool.ts'
import { pageOf, untrusted } from '../shapes.ts'

export const listGroups = defineTool({
  name: 'list_groups',
  title: 'List groups',
  description: `Lists the groups and communities of the account, newest first, without their members. ${untrusted}`,
  readOnly: true,
  input: z.strictObject({
    limit: pageOf(50, 200),
    offset: z.int().min(0).max(100_000).default(0).describe('So many are left out at the beginning'),
  }),
  output: z.object({
    groups: z.array(
      z.object({
        jid: z.string(),
        name: z.string(),
        topic: z.string().describe('The description'),
        participant_count: z.int(),
        is_announce: z.boolean().describe('Only admins write'),
        is_parent: z.boolean().describe('It is a community'),
        group_created: z.string().optional(),
      }),
    ),
    total: z.int(),
  }),
  async run({ perform }, { limit, offset }) {
    const groups = (await perform('groups.list', {})).data as unknown[]
    return { groups: groups.slice(offset, offset + limit), total: groups.length }
  },
})
