import { z } from 'zod'
import { settingRefusals } from '../../chats/refusals.ts'
import { ability } from '../../kit/needs.ts'
import { messageAct } from '../../kit/presets.ts'
import { LabelId } from '../../schemas/label.ts'

export default messageAct({
  method: 'DELETE',
  path: '/messages/{message_id}/labels/{label_id}',
  destructive: false,
  summary: 'Take a label off a message',
  needs: { labels: ability('labels') },
  params: z.object({ label_id: LabelId }),
  refusals: settingRefusals,
  errors: ['label_not_found'],
  async run({ labels, labelBook, principal, message }, _body, { params }) {
    const { id } = await labelBook.get(principal.deviceId, params.label_id)
    await labels.setOnMessage(id, message.chat.jid, message.id, false)
  },
})
