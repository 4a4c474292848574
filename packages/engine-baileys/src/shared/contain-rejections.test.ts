import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'

const guard = new URL('./contain-rejections.ts', import.meta.url).href

/** A process with the guard in which something rejects with that stack and nobody handles it. */
function rejectWith(stack: string) {
  const script = `
    import { containRejections } from ${JSON.stringify(guard)}
    containRejections({ debug() {}, error() {}, warn: (_, message) => console.log(message) })
    const error = new Error('unhandled')
    error.stack = ${JSON.stringify(stack)}
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

  it('leaves everything else as it was: the process ends', () => {
    const { status, stdout } = rejectWith('Error: x\n at f (file:///srv/packages/server/src/main.ts:1:1)')
    assert.notEqual(status, 0)
    assert.equal(stdout.includes('still here'), false)
  })
})
