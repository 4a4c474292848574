import { z } from 'zod'

const Types = z
  .array(z.enum(['image', 'video', 'audio', 'document', 'sticker', 'sticker_pack']))
  .max(6)
  .describe('Types of message with files that are fetched at once')

/** What a device wants to be fetched by itself. */
export const MediaPolicy = z
  .object({
    mode: z
      .enum(['on_demand', 'auto'])
      .describe('`on_demand`: a file is fetched when it is asked for. `auto`: when its message comes.'),
    types: Types,
    max_bytes: z.int().min(1).max(2_147_483_648).describe('Larger files are fetched when they are asked for'),
  })
  .meta({ id: 'MediaPolicy' })
