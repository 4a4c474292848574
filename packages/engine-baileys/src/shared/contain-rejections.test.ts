import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'

const guard = new URL('./contain-rejections.ts', import.meta.url).href

/** A process with the guard in which something rejects with that stack and nobody handles it. */
function rejectWith(stack: string, more = {}) {
  const script = `
    import { containRejections } from ${JSON.stringify(guard)}
    containRejections({ debug() {}, error() {}, warn: (_, message) => console.log(message) })
    const error = new Error('unhandled')
    error.stack = ${JSON.stringify(stack)}
    Object.assign(error, ${JSON.stringify(more)})
    Promise.reject(error)
    setTimeout(() => console.log('still here'), 20)`
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
}

describe('containRejections', () => {
  it('logs what the protocol library leaves unhandled, and the process lives on', () => {
    const { status, stdout } = rejectWith('Error: x\n at f (file:///srv/node_modules/baileys/lib/Socket/chats.js:1:1)')
    assert.equal(status, 0)
    assert.match(stdout, /contained[\s\S]*still here/)
  })

  it('does the same for what goes wrong below the library: a store that refuses, a socket that breaks', () => {
    const refused = rejectWith(
      'NotStoredError: x\n at guard (file:///srv/packages/engine-baileys/src/credentials/a.ts:1:1)',
    )
    assert.deepEqual([refused.status, /still here/.test(refused.stdout)], [0, true])
    const broken = rejectWith('Error: write EPIPE\n at afterWriteDispatched (node:internal/stream:1:1)', {
      code: 'EPIPE',
      syscall: 'write',
    })
    assert.deepEqual([broken.status, /still here/.test(broken.stdout)], [0, true])
  })

  it('leaves everything else as it was: the process ends', () => {
    const stack = 'Error: x\n at f (file:///srv/packages/server/src/main.ts:1:1)'
    for (const more of [{}, { code: 'ECONNRESET', syscall: 'read' }]) {
      const { status, stdout } = rejectWith(stack, more)
      assert.notEqual(status, 0)
      assert.equal(stdout.includes('still here'), false)
    }
  })
})
