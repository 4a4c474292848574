import { z } from 'zod'
import { labelAct } from '../../kit/presets.ts'
import { LabelId } from '../../schemas/label.ts'

export default labelAct({
  method: 'DELETE',
  path: '/labels/{label_id}',
  summary: 'Delete a label',
  description: 'It is taken off all chats and messages.',
  params: z.object({ label_id: LabelId }),
  errors: ['label_not_found'],
  async run({ labels, labelBook, principal }, _body, { params }) {
    const { id, ...label } = await labelBook.get(principal.deviceId, params.label_id)
    await labels.delete(id, label)
  },
})
