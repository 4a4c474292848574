import { z } from 'zod'

/** A whole number of a path or a query. */
export const wholeNumber = (min: number, max = Number.MAX_SAFE_INTEGER) =>
  z
    .int({ error: ({ code }) => (code === 'invalid_type' ? 'is not a whole number' : undefined) })
    .min(min)
    .max(max)
