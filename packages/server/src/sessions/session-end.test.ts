import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { SessionState } from '@switchboard/engine'
import { patientMs } from './backoff.ts'
import { nextActionFor } from './next-action.ts'
import {
  type EndSituation,
  outdatedRetryMs,
  planSessionEnd,
  replacementLimit,
  replacementWindowMs,
} from './session-end.ts'

const now = 1_000_000_000
const situation = (change: Partial<EndSituation> = {}): EndSituation => ({
  linked: true,
  wasOpen: true,
  failures: 0,
  shortLives: 0,
  restarts: 0,
  replacements: [],
  owned: true,
  backoff: { backoffBaseMs: 2_000, backoffMaxMs: 30_000, retries: 3 },
  now,
  monotonic: now,
  random: () => 0,
  ...change,
})
const told = (state: SessionState, wasOpen = true) => ({ kind: 'state_changed', state, wasOpen })

describe('planSessionEnd', () => {
  it('takes 401 as the end of the link: secrets go, a person logs in again', () => {
    const end: SessionState = { name: 'logged_out', code: 401 }
    const plan = planSessionEnd(end, situation({ failures: 4, replacements: [now] }))
    assert.deepEqual(plan, {
      next: { kind: 'wait_for_person' },
      deviceStatus: 'logged_out',
      wipe: true,
      signals: [told(end)],
      failures: 0,
      shortLives: 0,
      replacements: [],
    })
    assert.equal(nextActionFor(end, false).code, 'login')
  })

  it('waits for the end of a temporary ban (402)', () => {
    const end: SessionState = { name: 'banned', code: 402, expiresAt: now + 3_600_000 }
    const plan = planSessionEnd(end, situation({ wasOpen: false }))
    assert.deepEqual(plan.next, { kind: 'wait_until', at: now + 3_600_000 })
    assert.deepEqual(plan.signals, [told(end, false)])
    assert.equal(plan.wipe, false)
    assert.equal(nextActionFor(end, true).code, 'wait')
  })

  it('asks again when a temporary ban does not say how long it lasts', () => {
    const plan = planSessionEnd({ name: 'banned', code: 402 }, situation())
    assert.deepEqual(plan.next, { kind: 'reconnect_after', delayMs: 2_000 })
    assert.equal(plan.shortLives, 1)
  })

  it('never waits into the past for a ban that is over', () => {
    const end: SessionState = { name: 'banned', code: 402, expiresAt: now - 1 }
    assert.deepEqual(planSessionEnd(end, situation()).next, { kind: 'wait_until', at: now })
  })

  for (const end of [
    { name: 'blocked', code: 403 },
    { name: 'banned', code: 406 },
    { name: 'blocked', code: 409 },
  ] satisfies SessionState[]) {
    it(`leaves ${end.code} (${end.name}) to a person`, () => {
      const plan = planSessionEnd(end, situation({ wasOpen: false }))
      assert.deepEqual(plan.next, { kind: 'wait_for_person' })
      assert.equal(plan.deviceStatus, 'disconnected')
      assert.equal(plan.wipe, false)
      assert.equal(nextActionFor(end, false).code, 'contact_support')
    })
  }

  it('tries again slowly after 405, and says so', () => {
    const end: SessionState = { name: 'outdated', code: 405 }
    const plan = planSessionEnd(end, situation({ random: () => 0.5 }))
    assert.deepEqual(plan.next, { kind: 'reconnect_after', delayMs: outdatedRetryMs * 1.125 })
    assert.deepEqual(plan.signals, [told(end)])
  })

  it('leaves a phone that cannot link (411) to a person', () => {
    const end: SessionState = { name: 'closed', reason: 'multi_device_missing', code: 411 }
    assert.deepEqual(planSessionEnd(end, situation()).next, { kind: 'wait_for_person' })
    assert.equal(nextActionFor(end, false).code, 'update_phone')
  })

  it('stops when another process owns the device by now (440)', () => {
    const plan = planSessionEnd({ name: 'replaced', code: 440 }, situation({ owned: false }))
    assert.deepEqual(plan.next, { kind: 'stop' })
    assert.equal(plan.deviceStatus, undefined)
    assert.deepEqual(plan.signals, [])
  })

  it('backs off ever longer while replaced, and after five in ten minutes waits for a person', () => {
    const end: SessionState = { name: 'replaced', code: 440 }
    let replacements: readonly number[] = []
    const delays: number[] = []
    for (let count = 1; count < replacementLimit; count += 1) {
      const plan = planSessionEnd(end, situation({ replacements, monotonic: now + count * 1000 }))
      assert.equal(plan.next.kind, 'reconnect_after')
      if (plan.next.kind === 'reconnect_after') delays.push(plan.next.delayMs)
      replacements = plan.replacements
    }
    assert.deepEqual(delays, [10_000, 20_000, 40_000, 80_000])
    const last = planSessionEnd(end, situation({ replacements, monotonic: now + 10_000 }))
    assert.deepEqual(last.next, { kind: 'wait_for_person' })
    assert.equal(nextActionFor(end, false).code, 'reconnect')
  })

  it('forgets replacements older than ten minutes', () => {
    const old = Array.from({ length: 8 }, (_, place) => now - replacementWindowMs - place)
    const plan = planSessionEnd({ name: 'replaced', code: 440 }, situation({ replacements: old }))
    assert.deepEqual(plan.next, { kind: 'reconnect_after', delayMs: 10_000 })
    assert.deepEqual(plan.replacements, [now])
  })

  it('restarts at once on 515: no logout, no failure, nothing told', () => {
    const plan = planSessionEnd({ name: 'closed', reason: 'restart_required', code: 515 }, situation({ failures: 2 }))
    assert.deepEqual(plan, {
      next: { kind: 'reconnect_now' },
      deviceStatus: undefined,
      wipe: false,
      signals: [],
      failures: 2,
      shortLives: 0,
      replacements: [],
    })
  })

  it('slows an endless row of restarts down', () => {
    const plan = planSessionEnd({ name: 'closed', reason: 'restart_required', code: 515 }, situation({ restarts: 5 }))
    assert.deepEqual(plan.next, { kind: 'reconnect_after', delayMs: 2_000 })
    assert.equal(plan.failures, 0)
  })

  it('restarts right after linking, when nothing was linked before', () => {
    const plan = planSessionEnd({ name: 'closed', reason: 'restart_required', code: 515 }, situation({ linked: false }))
    assert.deepEqual(plan.next, { kind: 'reconnect_now' })
  })

  for (const reason of [
    'connection_lost',
    'connect_failed',
    'handshake_failed',
    'stream_error',
    'service_unavailable',
  ] as const) {
    it(`comes back with growing pauses after ${reason}`, () => {
      const end: SessionState = { name: 'closed', reason }
      const delays = [0, 1, 2, 3, 9].map((failures) => {
        const { next } = planSessionEnd(end, situation({ wasOpen: false, failures }))
        return next.kind === 'reconnect_after' ? next.delayMs : undefined
      })
      assert.deepEqual(delays, [2_000, 4_000, 8_000, patientMs, patientMs])
    })
  }

  it('does not take what was open for a moment for a failure to connect: its pauses stay short', () => {
    const end: SessionState = { name: 'closed', reason: 'stream_error' }
    const plans = [0, 1, 2, 4, 5, 50].map((shortLives) => planSessionEnd(end, situation({ failures: 9, shortLives })))
    assert.deepEqual(
      plans.map(({ next }) => (next.kind === 'reconnect_after' ? next.delayMs : undefined)),
      [2_000, 4_000, 8_000, 30_000, 30_000, 30_000],
    )
    assert.ok(plans.every(({ failures }) => failures === 0))
  })

  it('adds up to a quarter at random, so that devices do not come back together', () => {
    const end: SessionState = { name: 'closed', reason: 'service_unavailable', code: 503 }
    const plan = planSessionEnd(end, situation({ random: () => 0.999 }))
    assert.deepEqual(plan.next, { kind: 'reconnect_after', delayMs: 2_500 })
  })

  it('tells an outage when it begins, and not at every failed attempt', () => {
    const end: SessionState = { name: 'closed', reason: 'connect_failed' }
    const first = planSessionEnd(end, situation({ wasOpen: false }))
    assert.deepEqual(
      first.signals.map(({ kind }) => kind),
      ['state_changed', 'reconnect_planned'],
    )
    assert.deepEqual(planSessionEnd(end, situation({ wasOpen: false, failures: 1 })).signals, [])
  })

  for (const reason of ['pairing_expired', 'pairing_failed'] as const) {
    it(`waits for a person after ${reason}`, () => {
      const plan = planSessionEnd({ name: 'closed', reason }, situation({ linked: false, wasOpen: false }))
      assert.deepEqual(plan.next, { kind: 'wait_for_person' })
      assert.equal(plan.deviceStatus, undefined)
    })
  }

  it('does not come back by itself for a device that is not linked', () => {
    const plan = planSessionEnd({ name: 'closed', reason: 'connection_lost' }, situation({ linked: false }))
    assert.deepEqual(plan.next, { kind: 'wait_for_person' })
  })

  it('stops silently when ownership was lost, and with a word when we closed it', () => {
    const lost = planSessionEnd({ name: 'closed', reason: 'ownership_lost' }, situation())
    assert.deepEqual([lost.next, lost.signals, lost.deviceStatus], [{ kind: 'stop' }, [], undefined])
    const local = planSessionEnd({ name: 'closed', reason: 'local' }, situation())
    assert.deepEqual([local.next, local.deviceStatus, local.wipe], [{ kind: 'stop' }, 'disconnected', false])
  })

  it('wipes for a logout and for nothing else', () => {
    const ends: SessionState[] = [
      { name: 'replaced', code: 440 },
      { name: 'banned', code: 402, expiresAt: now },
      { name: 'banned', code: 406 },
      { name: 'outdated', code: 405 },
      { name: 'blocked', code: 403 },
      ...(
        [
          'restart_required',
          'connection_lost',
          'stream_error',
          'local',
          'ownership_lost',
          'multi_device_missing',
        ] as const
      ).map((reason) => ({ name: 'closed', reason }) as const),
    ]
    for (const end of ends) assert.equal(planSessionEnd(end, situation()).wipe, false, JSON.stringify(end))
  })
})
