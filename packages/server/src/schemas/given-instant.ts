import { z } from 'zod'

/** An instant that a request names, with its offset from UTC: without one nobody knows which it is. Out comes Unix ms. */
export const GivenInstant = z.iso
  .datetime({ offset: true, error: 'is no instant with an offset, such as 2030-01-31T09:00:00-03:00' })
  .max(40)
  .transform((text) => Date.parse(text))
  .meta({
    id: 'GivenInstant',
    description: 'RFC 3339 with the offset from UTC.',
    examples: ['2030-01-31T09:00:00-03:00'],
  })
