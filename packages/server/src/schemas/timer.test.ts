import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Timer } from './timer.ts'

const day = 86_400

describe('a timer', () => {
  it('is taken in every word that people use, in any case, and in seconds', () => {
    for (const [seconds, ...words] of [
      [0, 'off', 'OFF', 0],
      [day, '24h', '24H', '1 day', day, '86400'],
      [7 * day, '7d', '7D', '7 days', '1 Week', ' 1 week ', 7 * day],
      [90 * day, '90d', '90 Days', '3 months', '3 MONTHS', 90 * day],
    ] as const) {
      for (const word of words) assert.equal(Timer.parse(word), seconds, String(word))
    }
  })

  it('is refused when WhatsApp does not know it', () => {
    for (const word of ['', ' ', '5d', '2 weeks', '1 month', 'never', 'constructor', 1, -day, day + 1, 1.5, null]) {
      const { success } = Timer.safeParse(word)
      assert.equal(success, false, String(word))
    }
  })
})
