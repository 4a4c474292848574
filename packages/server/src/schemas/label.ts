import { z } from 'zod'
import { words } from './text.ts'

/** Id of a label: WhatsApp's are small numbers. */
export const LabelId = z
  .string()
  .regex(/^\d{1,10}$/, 'is not the id of a label')
  .meta({ id: 'LabelId', description: 'Id of a label', examples: ['4'] })

export const LabelName = words(100).meta({ description: 'What people read', examples: ['New customer'] })

export const LabelColor = z.int().min(0).max(19).describe('Number of one of WhatsApp’s 20 colours')

export const Label = z
  .object({ label_id: LabelId, name: z.string().meta({ examples: ['New customer'] }), color: z.int() })
  .meta({ id: 'Label' })

export const labelView = ({ id, name, color }: { id: string; name: string; color: number }) => ({
  ...{ label_id: id, name, color },
})
