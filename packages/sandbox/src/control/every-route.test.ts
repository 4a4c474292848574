import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { routes } from './control-handler.ts'
import { type Call, controlWorld } from './testing/control-world.ts'

const { sandbox, call } = await controlWorld({ seed: 41 })

/** Not walked: they answer with a stream, or with bytes. */
const streams = ['/events', '/snapshot']
const bodies: unknown[] = [
  ...[undefined, null, [], 'text', 1, {}, { constructor: 1 }],
  ...[
    { to: null },
    { text: 7 },
    { to: '\u0000', text: 'x' },
    { action: 'explode' },
    { people: [{}] },
    { jpeg_base64: '?' },
  ],
]
const ids = [
  'nope',
  '..',
  '%2e%2e',
  '%',
  '%00',
  '999',
  '@',
  'a:b@c',
  '1@lid',
  '1@g.us',
  'constructor',
  'x'.repeat(3000),
]

type Answer = Awaited<ReturnType<Call>>

function judge(what: string, { status, body }: Answer): void {
  assert.ok(status === 200 || (status >= 400 && status < 500), `${what} was answered with ${status}`)
  if (status === 200) return
  assert.deepEqual(Object.keys(body), ['error'], what)
  assert.deepEqual(Object.keys(body.error), ['code', 'message'], what)
  assert.ok(body.error.code !== '' && body.error.message !== '', what)
}

describe('every route of the control API', () => {
  let real: Record<string, string>

  before(async () => {
    const ana = await sandbox.phone({ name: 'Ana' })
    const bob = await sandbox.phone({ name: 'Bob' })
    const group = await ana.groups.create({ subject: 'G', participants: [bob.jid] })
    const message = await ana.send(bob.jid, { text: 'x' })
    real = { id: ana.id, jid: group.jid, mid: message.id, person: bob.id }
  })

  after(() => sandbox.stop())

  it('answers ids that nobody has with an error that says so', async () => {
    for (const { method, path } of routes) {
      if (!path.includes('{')) continue
      for (const id of ids) {
        const asked = path.replaceAll(/\{\w+\}/g, id)
        judge(`${method} ${asked}`, await call(method, asked, method === 'POST' ? {} : undefined))
      }
    }
  })

  it('answers bodies that it does not understand with an error, and continues', async () => {
    const first = real['id'] ?? ''
    for (const { method, path } of routes) {
      if (method !== 'POST' || streams.includes(path) || path === '/reset') continue
      const asked = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => real[name] ?? '1')
      for (const body of bodies) judge(`${method} ${asked} ${JSON.stringify(body)}`, await call(method, asked, body))
    }
    assert.ok(sandbox.findPhone(first), 'nobody is gone')
    assert.deepEqual(
      sandbox.world.log.since().filter(({ type }) => type.endsWith('.error')),
      [],
    )
  })
})
