import { z } from 'zod'

/** `limit` of a list, as it comes in a query. */
export const limit = (standard: number, max: number) =>
  z.coerce
    .number()
    .int()
    .min(1)
    .max(max)
    .default(standard)
    .meta({ description: `How many at most; ${standard} when absent, ${max} is the most.` })
