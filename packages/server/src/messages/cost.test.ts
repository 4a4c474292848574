import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import type { Statement, StatementResult } from '../storage/database.ts'
import { toThreadStatement } from '../storage/dialects/sqlite/thread-statement.ts'
import { UnitEncoder } from '../storage/dialects/sqlite/unit-codec.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'
import { WebhookReceiver } from '../testing/webhook-receiver.ts'

/** So many are measured, after some with which everybody gets to know each other. */
const messages = 20
const acquaintance = 5

interface Cost {
  readonly units: number
  readonly statements: number
  /** Inserted, changed and deleted. */
  readonly rows: number
  /** In the log of SQLite. */
  readonly bytes: number
}

const guide = readFileSync(join(import.meta.dirname, '../../../../docs/guide/architecture.md'), 'utf8')

/** What the guide says. @param what how its line begins */
function costInGuide(what: string): Cost {
  const line = guide.split('\n').find((each) => each.startsWith(`| ${what}`))
  assert.ok(line, `the guide has no line for ${what}`)
  const [units, statements, rows, bytes] = line
    .split('|')
    .slice(2)
    .map((cell) => Number(cell.replace(',', '')))
  return { units: units!, statements: statements!, rows: rows!, bytes: bytes! }
}

interface Committed {
  readonly unit: readonly Statement[]
  readonly results: readonly StatementResult[]
}

const isRead = (sql: string) => sql.startsWith('select')

/** What one of many messages cost. What is done once for several of them, or now and then, is not of one message. */
function costOfOne(committed: readonly Committed[], encoder: UnitEncoder): Cost {
  const seen = new Map<string, { times: number; rows: number }>()
  const count = (name: string, rows: number) => {
    const before = seen.get(name) ?? { times: 0, rows: 0 }
    seen.set(name, { times: before.times + 1, rows: before.rows + rows })
  }
  let bytes = 0
  for (const { unit, results } of committed) {
    count(`unit of ${unit.map(({ query }) => query.sql).join('; ')}`, 0)
    for (const [place, { query }] of unit.entries()) count(query.sql, isRead(query.sql) ? 0 : results[place]!.affected)
    const changes = unit.map(({ query }) => toThreadStatement(query)).filter(({ sql }) => !isRead(sql))
    if (changes.length > 0) bytes += encoder.encode(changes, 12).length
  }
  const each = [...seen].map(([name, { times, rows }]) => ({
    isUnit: name.startsWith('unit of '),
    times: Math.round(times / messages),
    rows: Math.round(rows / messages),
  }))
  const sum = (of: (entry: (typeof each)[number]) => number) => each.reduce((total, entry) => total + of(entry), 0)
  return {
    units: sum(({ isUnit, times }) => (isUnit ? times : 0)),
    statements: sum(({ isUnit, times }) => (isUnit ? 0 : times)),
    rows: sum(({ rows }) => rows),
    bytes: bytes / messages,
  }
}

describe('what a message costs', () => {
  let gateway: TestGateway
  let device: TestDevice & { phone: Phone }
  let bob: Phone
  let receiver: WebhookReceiver
  const committed: Committed[] = []
  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
    device = await gateway.linkDevice()
    bob = await gateway.phone('Bob')
    receiver = await WebhookReceiver.start()
    await device.api.post('/webhooks', { url: receiver.url, events: ['message.received'] })
    const { database } = gateway.services
    const commit = database.commit.bind(database)
    database.commit = async (unit, options) => {
      const results = await commit(unit, options)
      committed.push({ unit, results })
      return results
    }
  })
  after(async () => {
    await receiver.stop()
    await gateway.stop()
  })

  const receive = async (text: string) => {
    await bob.send(device.phone.jid, { text })
    await receiver.until(({ body }) => body.data['text'] === text)
  }
  const send = async (text: string) => {
    const { message_id: id } = await device.api.post<{ message_id: string }>(`/chats/${bob.id}/messages`, { text })
    await until('it is delivered', async () => {
      const { status } = await device.api.get<{ status: string }>(`/messages/${id}`)
      return status === 'delivered'
    })
  }

  async function measure(act: (text: string) => Promise<void>): Promise<Cost> {
    for (let n = 0; n < acquaintance; n++) await act(`hello ${n}`)
    const encoder = new UnitEncoder()
    costOfOne(committed.splice(0), encoder)
    for (let n = 0; n < messages; n++) await act(`text ${n}`)
    return costOfOne(committed.splice(0), encoder)
  }

  for (const [what, act] of [
    ['a text received', receive],
    ['a text sent', send],
  ] as const) {
    it(`is for ${what} what the guide says`, async () => {
      const { bytes: most, ...counted } = costInGuide(what)
      const { bytes, ...found } = await measure(act)
      assert.deepEqual(found, counted)
      assert.ok(bytes <= most, `${bytes} bytes are logged`)
    })
  }
})
