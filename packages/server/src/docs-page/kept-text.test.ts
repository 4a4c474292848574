import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { keptText } from './kept-text.ts'

describe('keptText', () => {
  it('makes a text once for all who ask within a minute, and lets it go then', async (context) => {
    context.mock.timers.enable({ apis: ['setTimeout'] })
    let made = 0
    const text = keptText((name) => `${name} ${++made}`)
    const both = await Promise.all([text('a'), text('a')])
    assert.deepEqual(both.map(String), ['a 1', 'a 1'])
    assert.equal(both[0], both[1])
    context.mock.timers.tick(59_999)
    assert.equal(String(await text('a')), 'a 1')
    context.mock.timers.tick(60_000)
    assert.equal(String(await text('a')), 'a 2')
  })

  it('keeps no failure', async () => {
    let asked = 0
    const text = keptText(() => {
      if (++asked === 1) throw new Error('not now')
      return 'there'
    })
    await assert.rejects(text(''), /not now/)
    assert.equal(String(await text('')), 'there')
  })
})
