import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { eventText, eventView } from './event-view.ts'

describe('eventText', () => {
  it('is the JSON of eventView', () => {
    for (const backfill of [true, false]) {
      const event = { id: 'evt_1', deviceId: 'd', seq: 3, type: 'a "b"', backfill, createdAt: 0 }
      const payload = { text: 'é"\n', n: 1 }
      assert.equal(
        eventText({ ...event, payloadText: JSON.stringify(payload) }),
        JSON.stringify(eventView({ ...event, payload })),
      )
    }
  })
})
