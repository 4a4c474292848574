import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import type { Sandbox } from '../driver/sandbox.ts'
import { StockClient } from '../driver/testing/stock-client.ts'
import type { Phone } from '../phone/phone.ts'
import { conformanceWorld } from './testing/conformance-world.ts'

describe('linking that goes wrong, with a stock client', () => {
  const stage = conformanceWorld(29)
  let sandbox: Sandbox
  let ana: Phone
  let client: StockClient

  before(async () => {
    sandbox = await stage.sandbox()
    ana = await stage.phone('Ana')
  })
  beforeEach(() => {
    client = new StockClient(sandbox)
  })
  afterEach(() => client.close())
  after(() => stage.end())

  it('is told to a client whose code was scanned by a phone that knows no linked devices', async () => {
    const qr = await client.showQr()
    await assert.rejects(ana.linker.scan(qr, 'old_phone'), /knows no linked devices/)
    await client.untilClosed(411)
    assert.deepEqual(ana.devices(), [])
  })

  it('is noticed by a client that gets an identity with a wrong HMAC', async () => {
    const qr = await client.showQr()
    await assert.rejects(ana.linker.scan(qr, 'hmac'), /the companion went away/)
    const { lastDisconnect } = await client.until('connection.update', ({ connection }) => connection === 'close')
    assert.match(String(lastDisconnect?.error), /Invalid account signature/)
    assert.deepEqual(ana.devices(), [])
    await stage.assertClean()
  })

  it('is held against a client that does not look at the account signature', async () => {
    const qr = await client.showQr()
    await assert.rejects(ana.linker.scan(qr, 'account_signature'), /the account did not sign/)
    assert.deepEqual(
      ana.violations.map(({ rule }) => rule),
      ['device_signature'],
    )
    assert.deepEqual(ana.devices(), [])
  })

  it('can be tried again with the next code', async () => {
    await client.link(ana)
    assert.equal(ana.devices().length, 1)
  })
})
