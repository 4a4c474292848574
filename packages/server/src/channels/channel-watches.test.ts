import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { openDatabase } from '../storage/open-database.ts'
import { insertSampleDevice } from '../storage/testing/sample-rows.ts'
import { until } from '../testing/until.ts'
import { ChannelWatches } from './channel-watches.ts'

describe('the watch of a channel', () => {
  it('stays ended when it is ended while WhatsApp is asked again', async (test) => {
    const directory = await mkdtemp(join(tmpdir(), 'channel-watches-'))
    const database = await openDatabase({ type: 'sqlite', file: join(directory, 'db.sqlite') })
    const answers: ((seconds: number) => void)[] = []
    const live = () => new Promise<number>((resolve) => answers.push(resolve))
    const watches = new ChannelWatches({
      database,
      sessions: { require: () => ({ use: () => ({ live }) }) as never, status: () => ({ connected: true }) as never },
      clock: { now: () => 1 },
      onError: (_, error) => assert.fail(String(error)),
    })
    try {
      const { deviceId } = await insertSampleDevice(database)
      const asked = (times: number) => until(`it is asked ${times} times`, () => answers.length === times)
      const begun = watches.begin(deviceId, '1@newsletter')
      await asked(1)
      answers[0]!(300)
      assert.equal(await begun, 300)
      watches.opened(deviceId)
      await asked(2)
      test.mock.timers.enable({ apis: ['setTimeout'] })
      const ended = watches.end(deviceId, '1@newsletter')
      answers[1]!(300)
      await ended
      test.mock.timers.tick(3_600_000)
      // Whatever was begun in between has been done when this is answered.
      await watches.end(deviceId, '1@newsletter')
      assert.equal(answers.length, 2)
    } finally {
      test.mock.timers.reset()
      watches.stop()
      await database.close()
      await rm(directory, { recursive: true })
    }
  })
})
