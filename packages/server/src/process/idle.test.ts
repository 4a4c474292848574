import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { GatewayProcesses } from '../testing/gateway-process.ts'

/** On SIGUSR2 it prints how often a thread of the process has gone to sleep until something woke it. */
const counter = `process.on('SIGUSR2', () => console.log('woken ' + process.resourceUsage().voluntaryContextSwitches + ';'))`

const windowMs = 3_000
/** What a start leaves behind (compiling, collecting garbage) and other programs may wake it too, for a while. */
const mostWindows = 25

describe('an idle gateway', { timeout: 200_000 }, () => {
  const processes = new GatewayProcesses()
  after(() => processes.end())

  it('wakes up fewer than ten times a second', async () => {
    const gateway = processes.run({}, undefined, [`--import=data:text/javascript,${encodeURIComponent(counter)}`])
    await gateway.listening()
    let asked = 0
    const woken = async (): Promise<number> => {
      asked++
      gateway.child.kill('SIGUSR2')
      for (;;) {
        const counts = [...gateway.said.out.matchAll(/woken (\d+);/g)]
        if (counts.length === asked) return Number(counts.at(-1)![1])
        assert.equal(gateway.child.exitCode, null, gateway.said.err)
        await sleep(20)
      }
    }
    const most = (windowMs / 1000) * 10
    const seen: number[] = []
    while (!seen.some((count) => count < most) && seen.length < mostWindows) {
      const before = await woken()
      await sleep(windowMs)
      seen.push((await woken()) - before)
    }
    assert.ok(Math.min(...seen) < most, `in windows of ${windowMs} ms it woke up ${seen.join(', ')} times`)
  })
})
