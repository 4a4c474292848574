import assert from 'node:assert/strict'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { Sandbox } from '../start-sandbox.ts'

const text = 'x'.repeat(4096)

describe('GET /events of a world', () => {
  let sandbox: Sandbox
  before(async () => {
    sandbox = await Sandbox.start({ seed: 1, control: true })
  })
  after(() => sandbox.stop())

  const append = (count: number): void => {
    for (let n = 0; n < count; n++) sandbox.world.log.append('test.filler', { text })
  }

  /** An answer of which nothing is read yet. */
  const open = async (cursor: number): Promise<IncomingMessage> => {
    const request = get(`${sandbox.origin}/events?after=${cursor}`, { agent: false })
    const [answer] = (await once(request, 'response')) as [IncomingMessage]
    return answer
  }

  /** The cursors that come, up to a last one. */
  const cursorsUntil = async (answer: IncomingMessage, last: number): Promise<number[]> => {
    const cursors: number[] = []
    let rest = ''
    for await (const chunk of answer.setEncoding('utf8')) {
      const frames = `${rest}${chunk}`.split('\n\n')
      rest = frames.pop()!
      for (const frame of frames) if (frame.startsWith('id: ')) cursors.push(Number(/^id: (\d+)/.exec(frame)?.[1]))
      if (cursors.at(-1) === last) break
    }
    return cursors
  }

  const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, n) => from + n)

  it('delivers every event that is held, however many there are, and then what comes', async () => {
    append(4_000)
    const { cursor } = sandbox.world.log
    const answer = await open(0)
    const reading = cursorsUntil(answer, cursor + 1)
    append(1)
    assert.deepEqual(await reading, range(1, cursor + 1))
  })

  it('continues where a reader stopped for a while, and keeps nobody else', async () => {
    const from = sandbox.world.log.cursor
    const slow = await open(from)
    append(4_000)
    const { cursor } = sandbox.world.log
    assert.deepEqual(await cursorsUntil(await open(from), cursor), range(from + 1, cursor))
    assert.deepEqual(await cursorsUntil(slow, cursor), range(from + 1, cursor))
  })
})
