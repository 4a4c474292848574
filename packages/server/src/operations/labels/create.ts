import { z } from 'zod'
import { labelAct } from '../../kit/presets.ts'
import { Label, LabelColor, LabelName, labelView } from '../../schemas/label.ts'

export default labelAct({
  method: 'POST',
  path: '/labels',
  summary: 'Make a label',
  description: 'Phones show labels in WhatsApp Business, and as lists in newer versions of WhatsApp.',
  body: z.object({ name: LabelName, color: LabelColor.default(0) }),
  response: Label,
  run: async ({ labels, labelBook, principal }, label) =>
    labelView(await labelBook.make(principal.deviceId, labels, label)),
})
