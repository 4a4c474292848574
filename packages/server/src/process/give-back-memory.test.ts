import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'

const module = new URL('./give-back-memory.ts', import.meta.url).href

describe('a process that became quiet', () => {
  it('gives the memory of its young generation back', () => {
    const script = `
      import { getHeapSpaceStatistics } from 'node:v8'
      import { giveBackMemory } from ${JSON.stringify(module)}
      const young = () => getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').physical_space_size
      giveBackMemory({ lookMs: 1000, restMs: 2000 })
      let kept = []
      for (let round = 0; round < 40; round++) kept = Array.from({ length: 200_000 }, (_, place) => ({ place, kept: { place } }))
      const busy = young()
      kept = undefined
      const began = Date.now()
      const timer = setInterval(() => {
        if (young() > busy / 4 && Date.now() - began < 80_000) return
        clearInterval(timer)
        console.log(JSON.stringify({ busy, quiet: young() }))
      }, 250)`
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--max-semi-space-size=16', '--input-type=module', '-e', script],
      { encoding: 'utf8' },
    )
    const { busy, quiet } = JSON.parse(stdout || `{"failed":${JSON.stringify(stderr)}}`)
    assert.ok(busy > 8 * 2 ** 20, `${busy} bytes after the burst`)
    assert.ok(quiet <= busy / 4, `${quiet} bytes of ${busy} stayed`)
  })
})
