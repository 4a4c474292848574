import { z } from 'zod'
import { labelAct } from '../../kit/presets.ts'
import { Label, LabelColor, LabelId, LabelName, labelView } from '../../schemas/label.ts'

export default labelAct({
  method: 'PATCH',
  path: '/labels/{label_id}',
  summary: 'Change the name or the colour of a label',
  params: z.object({ label_id: LabelId }),
  body: z
    .object({ name: LabelName.optional(), color: LabelColor.optional() })
    .refine((given) => Object.values(given).some((value) => value !== undefined), 'needs a name or a colour')
    .meta({ minProperties: 1 }),
  response: Label,
  errors: ['label_not_found'],
  async run({ labels, labelBook, principal }, { name, color }, { params }) {
    const known = await labelBook.get(principal.deviceId, params.label_id)
    const label = { name: name ?? known.name, color: color ?? known.color }
    await labels.save(known.id, label)
    return labelView({ id: known.id, ...label })
  },
})
