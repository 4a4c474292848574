import { z } from 'zod'

/** Serial number in a path. */
export const NumericId = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER)
