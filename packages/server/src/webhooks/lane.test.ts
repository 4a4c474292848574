import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Lane } from './lane.ts'

const appended = (firstSeq: number, lastSeq = firstSeq) => ({ deviceId: 'd', firstSeq, lastSeq, deliveries: [] })

const target = { id: 1, apiKeyId: 1, url: 'https://example.com', ofDevice: true }
const plan = { spans: [], version: 0, hasEnded: false }

/** One that has read everything up to 5. */
const caughtUp = (): Lane => Object.assign(new Lane(target, 'd'), { plan, cursor: 5, stale: false })

describe('Lane', () => {
  it('takes over what comes right after what it knows', () => {
    const lane = caughtUp()
    assert.equal(lane.follows(appended(6, 8)), true)
    assert.equal(lane.hasWork, false)
  })

  it('reads when something is missing before what came, or came in another order', () => {
    for (const seq of [4, 5, 7]) {
      const lane = caughtUp()
      assert.equal(lane.follows(appended(seq)), false, `${seq}`)
      assert.equal(lane.stale, true)
    }
  })

  it('reads when it has read nothing yet, is about to read, or reads just now', () => {
    const changes: Partial<Lane>[] = [{ plan: undefined }, { stale: true }, { rewind: true }, { reading: true }]
    for (const change of changes) {
      const lane = Object.assign<Lane, object>(caughtUp(), change)
      assert.equal(lane.follows(appended(lane.cursor + 1)), false, JSON.stringify(change))
      assert.equal(lane.stale, true)
    }
  })

  it('remembers the last number it was told, whatever the order', () => {
    const lane = caughtUp()
    for (const seq of [9, 7]) lane.follows(appended(seq))
    assert.equal(lane.announced, 9)
  })
})
