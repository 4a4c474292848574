import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { withoutNats } from '../packages/server/src/testing/start-nats.ts'
import { runChecker } from './checker/run-checker.ts'

describe('several gateways in trouble, judged from outside', { timeout: 300_000, skip: withoutNats }, () => {
  it('lose, double and mix up nothing, whatever is killed, stands still or is cut off', {
    timeout: 300_000,
  }, async () => {
    const report = await runChecker({ nodes: 3, accounts: 12, seconds: 95, pauseMs: 1_500, seed: 7 })
    assert.deepEqual([report.faults, report.odd], [[], []])
    assert.ok(report.texts > 200 && new Set(report.troubles).size >= 4, JSON.stringify(report))
  })
})
