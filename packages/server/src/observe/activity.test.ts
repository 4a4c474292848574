import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { TestClock } from '../testing/test-clock.ts'
import { Activity } from './activity.ts'
import { durationSteps, quantileOf, stepOf } from './durations.ts'

const minute = 60_000

describe('the counts of the last hour', () => {
  it('forget what is older, a minute at a time', () => {
    const clock = new TestClock()
    const activity = new Activity(clock)
    activity.eventLogged('message.received', 1)
    activity.eventLogged('message.read', 1)
    clock.pass(10 * minute)
    activity.eventLogged('message.sent', 1)
    activity.eventLogged('message.sent', 2)
    assert.deepEqual(activity.traffic(60), { received: 1, sent: 2, failed: 0 })
    assert.deepEqual(activity.traffic(60, 1), { received: 1, sent: 1, failed: 0 })
    assert.deepEqual(activity.traffic(5), { received: 0, sent: 2, failed: 0 })
    clock.pass(50 * minute)
    assert.deepEqual(activity.traffic(60), { received: 0, sent: 2, failed: 0 })
    clock.pass(500 * minute)
    assert.deepEqual(activity.traffic(60), { received: 0, sent: 0, failed: 0 })
    activity.eventLogged('message.failed', 2)
    assert.deepEqual(activity.traffic(1), { received: 0, sent: 0, failed: 1 })
  })

  it('keep the webhooks of API keys apart', () => {
    const clock = new TestClock()
    const activity = new Activity(clock)
    activity.webhookAttempted({ webhook: 1, apiKeyId: 7 }, true, 0.2)
    activity.webhookDelivered({ webhook: 1, apiKeyId: 7 }, 3)
    activity.webhookAttempted({ webhook: 2, apiKeyId: 8 }, false, 15)
    const of = (asked: Parameters<Activity['webhooks']>[0]) => activity.webhooks(asked)
    assert.deepEqual([of({}).delivered, of({}).failed], [1, 1])
    assert.deepEqual([of({ apiKeyId: 7 }).delivered, of({ apiKeyId: 7 }).failed], [1, 0])
    assert.equal(of({ webhook: 1 }).latency[stepOf(0.2)], 1)
    assert.equal(of({ webhook: 1 }).lag[stepOf(3)], 1)
    assert.deepEqual(of({ webhook: 3 }).lag, of({ apiKeyId: 9 }).lag)
    clock.pass(61 * minute)
    assert.equal(of({}).failed, 0)
  })

  it('say within which time a share was done', () => {
    const counts = durationSteps.map(() => 0).concat(0)
    assert.equal(quantileOf(counts, 0.95), null)
    counts[stepOf(0.7)] = 100
    assert.equal(quantileOf(counts, 0.5), 0.75)
    counts[stepOf(1e9)] = 1000
    assert.equal(quantileOf(counts, 0.95), 3600)
  })
})
