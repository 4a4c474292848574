import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { runChecker } from './run-checker.ts'

describe('a gateway in trouble, judged from outside', { timeout: 180_000 }, () => {
  it('loses, doubles and mixes up nothing when it is killed and its database restarts', async () => {
    const only = ['kill', 'PostgreSQL restarted']
    const report = await runChecker({ nodes: 1, accounts: 4, seconds: 12, pauseMs: 300, seed: 5, only })
    assert.deepEqual([report.faults, report.odd], [[], []])
    assert.ok(report.texts > 50 && report.troubles.length >= 2, JSON.stringify(report))
  })
})
