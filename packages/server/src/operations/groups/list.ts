import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { ability } from '../../kit/needs.ts'
import { Group, groupView } from '../../schemas/group.ts'

export default defineOperation({
  method: 'GET',
  path: '/groups',
  auth: 'device',
  summary: 'Groups and communities of the account, newest first',
  description:
    'The list is kept for WHATSAPP_GROUP_LIST_CACHE_TTL and forgotten as soon as anything changes in any group. `resolve_phone` is accepted and changes nothing: numbers are always given where they are known.',
  query: z.object({
    force_refresh: z.boolean().default(false).describe('Asks WhatsApp even when the list is known'),
    resolve_phone: z.boolean().optional(),
  }),
  response: z.array(Group),
  needs: { groups: ability('groups') },
  async run({ groups, groupLists, principal }, { query }) {
    const known = await groupLists.get(principal.deviceId, () => groups.list(), { fresh: query.force_refresh })
    return known.map(groupView)
  },
})
