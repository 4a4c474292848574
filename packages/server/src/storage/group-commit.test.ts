import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { GroupCommit } from './group-commit.ts'

describe('GroupCommit', () => {
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
