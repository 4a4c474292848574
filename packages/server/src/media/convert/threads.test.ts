import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { after, describe, it } from 'node:test'
import { withConverter } from './testing/samples.ts'
import { wav } from './testing/sound.ts'
import { Threads } from './threads.ts'

const { file, end } = await withConverter()

after(end)

describe('Threads', () => {
  it('ends a task that takes too long, and works on with the next', async () => {
    const threads = new Threads()
    const long = await file(wav(120, 16_000))
    const to = `${long}.ogg`
    await writeFile(to, '')
    const late = { code: 'media_unreadable', message: /longer than 0.25 s/ }
    // More of them than there are threads.
    await Promise.all(
      [1, 2, 3].map(() => assert.rejects(threads.run('encodeOpus', 250, long, to, 'pcm-s16', 'voice'), late)),
    )
    const tracks = await threads.run('readTracks', 60_000, long)
    assert.equal(tracks?.seconds, 120)
    await threads.close()
  })

  it('hands on errors of the catalogue, and calls every other one unreadable', async () => {
    const threads = new Threads()
    const empty = await file(wav(0, 16_000))
    await assert.rejects(threads.run('encodeOpus', 60_000, empty, `${empty}.ogg`, 'pcm-s16', 'voice'), {
      code: 'media_unreadable',
      message: 'There is no sound in the file',
    })
    await assert.rejects(threads.run('readPdf', 60_000, empty), {
      code: 'media_unreadable',
      message: 'The file cannot be decoded',
    })
    await threads.close()
    await assert.rejects(threads.run('readTracks', 60_000, empty), { code: 'shutting_down' })
  })
})
