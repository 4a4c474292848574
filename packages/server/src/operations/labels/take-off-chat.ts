import { z } from 'zod'
import { ability } from '../../kit/needs.ts'
import { settingAct } from '../../kit/presets.ts'
import { LabelId } from '../../schemas/label.ts'

export default settingAct({
  method: 'DELETE',
  path: '/chats/{chat_jid}/labels/{label_id}',
  destructive: false,
  summary: 'Take a label off a chat',
  needs: { labels: ability('labels') },
  params: z.object({ label_id: LabelId }),
  errors: ['label_not_found'],
  async run({ labels, labelBook, principal, chat }, _body, { params }) {
    const { id } = await labelBook.get(principal.deviceId, params.label_id)
    await labels.setOnChat(id, chat, false)
  },
})
