import { wholeNumber } from './whole-number.ts'

/** Serial number in a path. */
export const NumericId = wholeNumber(1)
