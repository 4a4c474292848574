import { wholeNumber } from './whole-number.ts'

/** `limit` of a list, as it comes in a query. */
export const limit = (standard: number, max: number) =>
  wholeNumber(1, max)
    .default(standard)
    .meta({ description: `How many at most; ${standard} when absent, ${max} is the most.` })

/** `limit` of a list that is whole without it. */
export const optionalLimit = wholeNumber(1, 1000).optional().meta({ description: 'How many at most; all when absent.' })
