import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { conformanceWorld, type Linked } from './testing/conformance-world.ts'

describe('groups, with a stock client', () => {
  const stage = conformanceWorld(21)
  let ana: Linked
  let ben: Linked

  before(async () => {
    ana = await stage.linked('Ana')
    ben = await stage.linked('Ben')
  })
  after(() => stage.end())

  it('are created by a client, and phones and clients in them hear of it', async () => {
    const caro = await stage.phone('Caro')
    const made = await ana.client.socket.groupCreate('Trip', [ben.phone.lid, caro.lid])
    assert.equal(made.subject, 'Trip')
    assert.equal(made.addressingMode, 'lid')
    assert.deepEqual(
      made.participants.map(({ admin }) => admin ?? 'member'),
      ['superadmin', 'member', 'member'],
    )
    const [seen] = await ben.client.until('groups.upsert', (groups) => groups.some(({ id }) => id === made.id))
    assert.equal(seen?.author, ana.phone.lid)
    await caro.groups.of(made.id).until.change('create')
    const info = await caro.groups.of(made.id).info()
    assert.deepEqual(
      new Set(info.participants.map(({ jid }) => jid)),
      new Set([ana.phone.jid, ben.phone.jid, caro.jid]),
    )
  })

  it('leave nothing unanswered', () => stage.assertClean())
})
