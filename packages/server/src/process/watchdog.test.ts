import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { after, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { GatewayProcesses } from '../testing/gateway-process.ts'

/** A fault that a test can set off in the gateway from outside. */
const fault = (code: string) =>
  `--import=data:text/javascript,${encodeURIComponent(`process.once('SIGUSR2', ${code})`)}`

const faults = {
  'a loop without an end': 'function goesRound() { for (;;); }',
  'a loop of promises': 'async function goesRound() { for (;;) await undefined }',
  'an expression that never finishes': `function goesRound() { /^(a+)+$/.test('a'.repeat(60) + 'b') }`,
}

describe('the watchdog', { timeout: 300_000 }, () => {
  const processes = new GatewayProcesses()
  after(() => processes.end())

  for (const [what, code] of Object.entries(faults)) {
    it(`says where the process stood in ${what}, and ends it`, async () => {
      const gateway = processes.run({ SWITCHBOARD_STANDSTILL_LIMIT: '3s', LOG_FORMAT: 'json' }, undefined, [
        fault(code),
      ])
      await gateway.listening()
      gateway.child.kill('SIGUSR2')
      assert.equal(await gateway.ended, null)
      assert.equal(gateway.child.signalCode, 'SIGKILL')
      const line = JSON.parse(gateway.said.out.trim().split('\n').at(-1)!)
      assert.deepEqual([line.level, line.part], ['fatal', 'watchdog'])
      assert.match(line.err.stack, /at goesRound \(data:text\/javascript,/)
    })
  }

  it('says so for people too, also of a call that waits', async () => {
    const code = 'function stands() { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0) }'
    const gateway = processes.run({ SWITCHBOARD_STANDSTILL_LIMIT: '3s' }, undefined, [fault(code)])
    await gateway.listening()
    gateway.child.kill('SIGUSR2')
    assert.equal(await gateway.ended, null)
    assert.match(gateway.said.out, /at stands \(data:text/)
    assert.match(
      gateway.said.out,
      /FATAL watchdog: the main thread has stood still for 3 s: this process ends, to be started again/,
    )
  })

  it('watches from a thread of its own where the database has none', () => {
    const watchdog = new URL('./watchdog.ts', import.meta.url).href
    const script = `import(${JSON.stringify(watchdog)}).then(({ startWatchdog }) => {
      const log = { level: 'info', format: 'json' }
      startWatchdog({ watchdog: { limitMs: 3_000 }, log, storage: { type: 'postgres' } })
      setTimeout(function goesRound() { for (;;); }, 1_000)
    })`
    const { stdout, signal } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' })
    assert.equal(signal, 'SIGKILL')
    assert.match(stdout, /at goesRound/)
  })

  it('leaves a process alone that was stopped and continues, and one without a limit', async () => {
    const stopped = processes.run({ SWITCHBOARD_STANDSTILL_LIMIT: '2s' })
    const unlimited = processes.run({ SWITCHBOARD_STANDSTILL_LIMIT: '0' }, undefined, [
      fault(`() => { for (const end = Date.now() + 6_000; Date.now() < end; ); console.log('went on') }`),
    ])
    const url = await stopped.listening()
    await unlimited.listening()
    stopped.child.kill('SIGSTOP')
    unlimited.child.kill('SIGUSR2')
    while (!unlimited.said.out.includes('went on')) await sleep(100)
    stopped.child.kill('SIGCONT')
    assert.equal((await fetch(`${url}/readyz`)).status, 200)
    for (const { child, ended } of [stopped, unlimited]) {
      child.kill('SIGTERM')
      assert.equal(await ended, 0)
    }
  })
})
