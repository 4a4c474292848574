import { z } from 'zod'

const day = 86_400

/** Timers that WhatsApp knows, in seconds, and what people call them. */
const words: Readonly<Record<string, number>> = {
  ...{ off: 0, '24h': day, '24 hours': day, '1d': day, '1 day': day },
  ...{ '7d': 7 * day, '7 days': 7 * day, '1 week': 7 * day },
  ...{ '90d': 90 * day, '90 days': 90 * day, '3 months': 90 * day },
}
const known = new Set(Object.values(words))

/** How long messages of a chat stay. A word or seconds on the wire, seconds in our hands. */
export const Timer = z
  .union([z.string().max(20).regex(/\S/), z.int()])
  .meta({
    description: '`off`, `24h`, `7d`, `90d`, or these as seconds (0, 86400, 604800, 7776000).',
    examples: ['7d'],
  })
  .transform((given) => {
    const word = typeof given === 'string' ? given.trim().toLowerCase() : given
    return words[word] ?? Number(word)
  })
  .refine((seconds) => known.has(seconds), { message: 'is none of off, 24h, 7d, 90d' })
