import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { until } from '../testing/until.ts'
import { Proof } from './proof.ts'

const patient = { freshMs: 60_000, slowMs: 60_000 }

describe('Proof', () => {
  it('asks once for all who come at the same time, and not again while the answer is fresh', async () => {
    let asked = 0
    const proof = new Proof(async () => {
      asked++
    }, patient)
    assert.deepEqual(await Promise.all([proof.ask(), proof.ask(), proof.ask()]), ['ok', 'ok', 'ok'])
    assert.equal(await proof.ask(), 'ok')
    assert.equal(asked, 1)
  })

  it('counts what failed in earnest, also while asking would succeed, and then asks again', async () => {
    let asked = 0
    const proof = new Proof(async () => {
      asked++
    }, patient)
    assert.equal(await proof.ask(), 'ok')
    proof.failed()
    assert.equal(await proof.ask(), 'failed')
    assert.equal(asked, 1)
    await until('that is long enough ago', async () => (await proof.ask()) === 'ok')
    assert.equal(asked, 2)
  })

  it('calls slow what has not answered yet, and failed what has been silent for long', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const slow = new Proof(() => promise, patient)
    assert.equal(await slow.ask(), 'slow')
    resolve()
    await until('it has answered', async () => (await slow.ask()) === 'ok')
    const silent = new Proof(() => new Promise(() => {}), { ...patient, slowMs: 0 })
    assert.equal(await silent.ask(), 'failed')
  })

  it('says failed until it works again', async () => {
    let broken = true
    const proof = new Proof(async () => {
      if (broken) throw new Error('no room')
    }, patient)
    assert.equal(await proof.ask(), 'failed')
    broken = false
    await until('it works again', async () => (await proof.ask()) === 'ok')
  })
})
