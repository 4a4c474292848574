import { wholeNumber } from './whole-number.ts'

/** How long an answer waits for the phone. */
export const waitSeconds = wholeNumber(0, 30)
  .default(10)
  .describe('How long the phone is waited for when it has to store the file at WhatsApp again')
