import { z } from 'zod'

const text = (value: string) => z.string().meta({ examples: [value] })

const fields = {
  jid: text('13135550002@s.whatsapp.net'),
  persona_id: text('867051314767696$760019659443059'),
}

export const Bot = z.object(fields).meta({ id: 'Bot' })

export const BotProfile = z
  .object({
    ...fields,
    name: text('Assistant'),
    attributes: text('Helpful, patient'),
    description: text('Answers questions of every kind.'),
    category: text('assistant'),
    is_default: z.boolean(),
    commands_description: text('What it can do'),
    commands: z.array(z.object({ name: text('imagine'), description: text('Draws what you describe') })),
    prompts: z.array(z.object({ emoji: text('🗺️'), text: text('Plan a weekend trip') })),
  })
  .meta({ id: 'BotProfile' })
