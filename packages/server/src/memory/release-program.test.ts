import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'
import { unchangedHere, unchangedOf } from './release-program.ts'

const script = `
  import { releaseProgram } from ${JSON.stringify(new URL('./release-program.ts', import.meta.url).href)}
  const work = () => JSON.stringify([new Intl.DateTimeFormat('de', { dateStyle: 'full' }).format(0), /ä+/iu.exec('xÄÄ')[0]])
  const said = work()
  const before = process.memoryUsage.rss()
  releaseProgram()
  const given = (before - process.memoryUsage.rss()) / 2 ** 20
  console.log(JSON.stringify({ given, isSame: work() === said }))`

const mapping = (head: string, anonymous: number): string =>
  `${head}\nSize:               8 kB\nRss:                8 kB\nAnonymous:          ${anonymous} kB\nVmFlags: rd ex mr mw me\n`

describe('releaseProgram', () => {
  it('lets go of what the process read of Node, which works as before', {
    skip: unchangedHere().length === 0 && 'the system does not say what is mapped',
  }, () => {
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
    })
    assert.equal(stderr, '')
    const { given, isSame } = JSON.parse(stdout) as { given: number; isSame: boolean }
    assert.ok(given > 10, `${given} MiB were let go of`)
    assert.ok(isSame)
  })

  it('takes only what stands in the file as it is in memory, and only of the program', () => {
    const program = '/opt/a folder/node'
    const smaps = [
      mapping(`00400000-00402000 r--p 00000000 fe:00 11                       ${program}`, 0),
      mapping(`7f0000000000-7f0000002000 r-xp 00002000 fe:00 11               ${program}`, 0),
      mapping(`00404000-00406000 r--p 00004000 fe:00 11                       ${program}`, 4),
      mapping(`00406000-00408000 rw-p 00006000 fe:00 11                       ${program}`, 0),
      mapping('00408000-0040a000 r-xp 00000000 00:00 0 ', 0),
      mapping(`0040a000-0040c000 r-xp 00000000 fe:00 12                       ${program}-other`, 0),
      mapping('0040c000-0040e000 r-xp 00000000 fe:00 13                       /usr/lib/libc.so.6', 0),
    ].join('')
    assert.deepEqual(unchangedOf(smaps, program), [
      { start: 0x400000n, end: 0x402000n },
      { start: 0x7f0000000000n, end: 0x7f0000002000n },
    ])
    assert.deepEqual(unchangedOf('', program), [])
  })
})
