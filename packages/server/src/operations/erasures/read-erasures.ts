import { z } from 'zod'
import type { Context } from '../../kit/context.ts'
import { ChatAddress } from '../../schemas/chat-address.ts'
import { limit } from '../../schemas/limit.ts'
import { Erasure, erasureView } from './erasure-shapes.ts'

export const ErasureQuery = z.object({
  address: ChatAddress.optional().describe('Only erasures of this person or chat'),
  limit: limit(20, 100),
  before: z
    .string()
    .max(100)
    .optional()
    .meta({
      description: 'Only older ones: `erasure_id` of the last one of the page before',
      examples: [`ers_${'0f'.repeat(16)}`],
    }),
})

export const ErasureList = z.object({ erasures: z.array(Erasure) })

/** Erasures of an API key or a device, newest first. */
export const readErasures = async (
  { erasures }: Pick<Context, 'erasures'>,
  { address, ...page }: z.output<typeof ErasureQuery>,
  of: { readonly apiKeyId?: number; readonly deviceId?: string },
): Promise<z.input<typeof ErasureList>> => {
  const subjectHash = address === undefined ? undefined : erasures.hashOf(address)
  return { erasures: (await erasures.list({ ...page, ...of, subjectHash })).map(erasureView) }
}
