import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import type { ChatEntry } from '../phone/chat-log.ts'
import { Sandbox } from '../start-sandbox.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'sandbox-'))

describe('a durable sandbox with media', () => {
  after(() => rmSync(dataDir, { recursive: true, force: true }))

  it('still has its files, links, votes and timers after a restart', async () => {
    const data = randomBytes(5000)
    const first = await Sandbox.start({ dataDir })
    const [ana, ben] = [await first.phone({ name: 'Ana' }), await first.phone({ name: 'Ben' })]
    await ana.send(ben.jid, { expiry: { seconds: 86_400 } })
    const [image, gone] = [await ana.send(ben.jid, { image: { data } }), await ana.send(ben.jid, { image: {} })]
    const poll = await ana.send(ben.jid, { poll: { question: 'Tea?', options: ['yes', 'no'] } })
    await ben.until.message(({ id }) => id === poll.id)
    await ben.send(ana.jid, { vote: { poll: poll.id, options: ['no'] } })
    await ana.until.message(({ kind }) => kind === 'vote')
    ana.media.expire(gone.id)
    await first.stop()

    const second = await Sandbox.start({ dataDir })
    const [anaAgain, benAgain] = [second.findPhone(ana.id)!, second.findPhone(ben.id)!]
    const shown = (id: string): ChatEntry | undefined => anaAgain.messages(ben.jid).find((entry) => entry.id === id)
    assert.deepEqual(benAgain.media.bytes(image.id), new Uint8Array(data))
    const statusOf = async (id: string): Promise<number> =>
      (await fetch(second.origin + shown(id)?.message.imageMessage?.directPath)).status
    assert.deepEqual([await statusOf(image.id), await statusOf(gone.id)], [200, 410])
    assert.deepEqual(shown(poll.id)?.votes, { [ben.jid]: ['no'] })
    assert.equal((await benAgain.send(ana.jid, { text: 'later' })).expiresAfter, 86_400)
    await second.stop()
  })
})
