import { z } from 'zod'
import { groupAct } from '../../kit/presets.ts'
import { GroupDescription } from '../../schemas/group.ts'
import { words } from '../../schemas/text.ts'

const TopicId = words(64).optional()

export default groupAct({
  method: 'PATCH',
  path: '/groups/{group_jid}/topic',
  summary: 'Change the description of a group, if it is still the one you read',
  body: z.object({
    topic: GroupDescription.describe('Blank removes it'),
    previous_id: TopicId.describe('`topic_id` of the text that is replaced; the present one when absent'),
    new_id: TopicId.describe('Id of the new text; made when absent'),
  }),
  run: ({ groups, group }, { topic, previous_id: previous, new_id: next }) =>
    groups.describe(group, topic.trim(), { ...(previous && { previous }), ...(next && { next }) }),
})
