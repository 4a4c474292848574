import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { Phone } from '@switchboard/sandbox'
import type { ApiClient } from '../testing/api-client.ts'
import { assertWhole, fetchExport, rowsOf, textOf, unpack } from '../testing/export-archive.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'
import { ExportTurns } from './export-turns.ts'

const [messages, messageBytes] = [80, 30_000]

interface Customer {
  readonly id: number
  readonly api: ApiClient
  readonly device: TestDevice & { readonly phone: Phone }
}

describe('exports at the same time', { timeout: 120_000 }, () => {
  let gateway: TestGateway
  let customers: Customer[]
  let friend: Phone

  const stored = async () =>
    (await gateway.services.database.query.selectFrom('message').select('id').where('text', 'is not', null).execute())
      .length

  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
    customers = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const key = await gateway.createKey()
        return { ...key, device: await gateway.linkDevice(undefined, await gateway.createDevice(key.key)) }
      }),
    )
    friend = await gateway.phone('Writes much')
    for (let n = 0; n < messages; n++) {
      await friend.send(customers[0]!.device.phone.jid, { text: randomBytes(messageBytes / 2).toString('hex') })
    }
    await until('they are there', async () => (await stored()) >= messages)
  })
  after(() => gateway.stop())

  /** Begins an export, of which only the beginning is made until it is read. */
  const begin = async ({ id }: Customer) => {
    const stop = new AbortController()
    const bytes = await (await gateway.services.exports.open({ apiKeyId: id }, stop.signal)).open()
    return { bytes, stop: () => stop.abort() }
  }

  const copies = () => readdirSync(gateway.dataDir).filter((name) => name.includes('.backup-'))

  it('are whole, whichever ends first', async () => {
    const [first, second] = customers as [Customer, Customer]
    const slow = await begin(first)
    await friend.send(first.device.phone.jid, { text: 'said after that' })
    await until('it is stored', async () => (await stored()) > messages)
    const fast = await fetchExport(second.api)
    assertWhole(fast)
    assert.equal(rowsOf(fast, 'device')[0]!['id'], second.device.id)
    const files = unpack(await buffer(slow.bytes))
    assertWhole(files)
    assert.equal(rowsOf(files, 'message').length, messages)
    assert.ok(!textOf(files).includes('said after that'), 'it is of one moment')
    await until('no copy of the database is left', () => copies().length === 0)
  })

  it('are one of a customer', async () => {
    const [first] = customers as [Customer]
    const slow = await begin(first)
    const refused = await first.api.refuses('rate_limited', 'GET', '/export')
    assert.ok(Number(refused.headers.get('retry-after')) > 0)
    await first.device.api.refuses('rate_limited', 'GET', '/export')
    slow.stop()
    await until('the customer can make one again', async () => {
      const next = await fetch(`${first.api.url}/export`, { headers: { ...first.api.headers } })
      await next.arrayBuffer()
      return next.status === 200
    })
  })

  it('are three in all, and the next one waits for its turn', async () => {
    const last = customers.at(-1)!
    const slow = []
    for (const customer of customers.slice(0, 3)) slow.push(await begin(customer))
    let ended = false
    const waits = fetchExport(last.api).finally(() => {
      ended = true
    })
    await setTimeout(300)
    assert.ok(!ended)
    await last.device.api.refuses('rate_limited', 'GET', '/export')
    slow[0]!.stop()
    assertWhole(await waits)
    for (const { stop } of slow) stop()
    await until('no copy of the database is left', () => copies().length === 0)
  })

  it('begin again when nobody reads one any more', async () => {
    const [{ api }] = customers as [Customer]
    const stop = new AbortController()
    const response = await fetch(`${api.url}/export`, { headers: { ...api.headers }, signal: stop.signal })
    await response.body!.getReader().read()
    stop.abort()
    await until('another one can be made', async () => {
      const next = await fetch(`${api.url}/export`, { headers: { ...api.headers } })
      await next.arrayBuffer()
      return next.status === 200
    })
  })
})

describe('turns of exports', () => {
  const signal = new AbortController().signal
  const busy = { code: 'rate_limited' }

  it('come in the order of asking, and pass over who has gone', async () => {
    const turns = new ExportTurns({ most: 1, waitMs: 10_000 })
    const had: number[] = []
    const gone = new AbortController()
    const first = await turns.take(1, signal)
    const wait = async (key: number, until = signal) => {
      const release = await turns.take(key, until)
      had.push(key)
      return release
    }
    const [second, left, third] = [wait(2), wait(3, gone.signal), wait(4)]
    gone.abort()
    await assert.rejects(left, busy)
    first()
    ;(await second)()
    ;(await third)()
    assert.deepEqual(had, [2, 4])
    ;(await turns.take(3, signal))()
  })

  it('are refused after a long wait, and can be asked for again', async () => {
    const turns = new ExportTurns({ most: 1, waitMs: 10 })
    const first = await turns.take(1, signal)
    await assert.rejects(turns.take(2, signal), busy)
    first()
    ;(await turns.take(2, signal))()
  })
})
