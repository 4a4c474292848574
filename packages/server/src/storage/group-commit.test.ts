import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { GroupCommit } from './group-commit.ts'

describe('GroupCommit', () => {
  it('puts what one turn of the event loop hands over into one transaction', async () => {
    const transactions: (readonly string[])[] = []
    const commits = new GroupCommit<string>(async (units) => {
      transactions.push(units)
      return units.map(() => ({ results: [] }))
    })
    const first = commits.submit('a send')
    for (let step = 0; step < 10; step++) await undefined
    await Promise.all([first, commits.submit('its ratchet')])
    await commits.submit('its end')
    assert.deepEqual(transactions, [['a send', 'its ratchet'], ['its end']])
  })

  it('lets timers run while somebody tries again and again what fails at once', async () => {
    const commits = new GroupCommit<string>(() => Promise.reject(new Error('the database is away')))
    let [tries, over] = [0, false]
    setTimeout(() => {
      over = true
    }, 1)
    while (!over) {
      tries++
      await assert.rejects(commits.submit('a unit'), /away/)
    }
    assert.ok(tries > 0)
  })
})
