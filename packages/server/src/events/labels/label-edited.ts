import { z } from 'zod'
import { appStateEvent } from '../app-state-event.ts'

export default appStateEvent({
  name: 'label.edit',
  group: 'Labels',
  summary: 'A label was made, changed or deleted.',
  type: 'label',
  shape: { label_id: z.string().describe('Id of the label') },
  example: { label_id: '4', action_raw: { name: 'Customers', color: 3, deleted: false } },
  from: ({ id }) => ({ label_id: id }),
})
