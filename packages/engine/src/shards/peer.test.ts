import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MessageChannel } from 'node:worker_threads'
import { type Invoke, Peer, PeerLost } from './peer.ts'

/** Two ends; the second one's object is called. */
function pair(invoke: Invoke) {
  const { port1, port2 } = new MessageChannel()
  let posts = 0
  const counted = {
    postMessage(value: unknown, transfer: readonly ArrayBuffer[]) {
      posts++
      port1.postMessage(value, transfer)
    },
  }
  const [near, far] = [new Peer(counted), new Peer(port2)]
  port1.on('message', (messages) => near.take(messages))
  port2.on('message', (messages) => far.take(messages))
  far.objects.set(1, invoke)
  return { near, far, posts: () => posts, end: () => port1.close() }
}

describe('two ends that call each other', () => {
  it('say all of one turn in one post, and begin calls in their order', async () => {
    const begun: unknown[] = []
    const { near, posts, end } = pair(async (method, args) => {
      begun.push(args[0])
      return `${method} ${args[0]}`
    })
    const answers = Array.from({ length: 20 }, (_, number) => near.call(1, 'echo', [number]))
    near.tell(1, 'told', ['last'])
    assert.deepEqual((await Promise.all(answers)).slice(0, 2), ['echo 0', 'echo 1'])
    assert.deepEqual(begun, [...Array.from({ length: 20 }, (_, number) => number), 'last'])
    assert.equal(posts(), 1)
    end()
  })

  it('do what follows from one message before they look at the next', async () => {
    const heard: string[] = []
    const { near, far, end } = pair(async () => {
      far.tell(2, 'later', [])
      return 'answer'
    })
    near.objects.set(2, (method) => heard.push(method))
    const asked = async () => {
      await Promise.resolve()
      heard.push(String(await near.call(1, 'ask', [])))
    }
    await asked()
    await near.call(1, 'ask', [])
    assert.deepEqual(heard.slice(0, 2), ['later', 'answer'])
    end()
  })

  it('answer with promises that settle later', async () => {
    const ack = Promise.withResolvers<number>()
    const { near, end } = pair(async () => ({ ack: ack.promise }))
    const { ack: told } = (await near.call(1, 'send', [])) as { ack: Promise<number> }
    ack.reject(new RangeError('refused later'))
    await assert.rejects(told, { name: 'RangeError', message: 'refused later' })
    end()
  })

  it('read streams as far as they are wanted', async () => {
    let made = 0
    let stopped = false
    async function* chunks() {
      try {
        for (;;) yield Buffer.alloc(1_000, made++)
      } finally {
        stopped = true
      }
    }
    const { near, end } = pair(async () => chunks())
    let read = 0
    for await (const chunk of (await near.call(1, 'read', [])) as AsyncIterable<Uint8Array>) {
      assert.deepEqual([chunk.length, chunk[0]], [1_000, read % 256])
      if (++read === 100) break
    }
    await near.call(1, 'read', [])
    assert.ok(made < 120, `${made} were made`)
    assert.equal(stopped, true)
    end()
  })

  it('pass the end of a stream on, and what it failed with, behind its last chunk', async () => {
    async function* failing() {
      yield new Uint8Array([1])
      yield new Uint8Array([2])
      throw new RangeError('flawed')
    }
    async function* whole() {
      yield new Uint8Array([3])
    }
    const { near, end } = pair(async (method) => (method === 'failing' ? failing() : whole()))
    const read: number[] = []
    const collect = async (method: string) => {
      for await (const [byte] of (await near.call(1, method, [])) as AsyncIterable<Uint8Array>) read.push(byte!)
    }
    await assert.rejects(collect('failing'), { message: 'flawed' })
    await collect('whole')
    assert.deepEqual(read, [1, 2, 3])
    end()
  })

  it('abort at the other end what is aborted here', async () => {
    const reasons: unknown[] = []
    const { near, end } = pair((_method, [given]) => {
      const { signal } = given as { readonly signal: AbortSignal }
      const { promise, resolve } = Promise.withResolvers()
      signal.addEventListener('abort', () => {
        reasons.push(signal.reason)
        resolve('aborted')
      })
      return promise
    })
    const stop = new AbortController()
    const call = near.call(1, 'wait', [{ signal: stop.signal }])
    stop.abort(new RangeError('enough'))
    assert.equal(await call, 'aborted')
    assert.equal((reasons[0] as Error).message, 'enough')
    end()
  })

  it('fail alone what cannot be copied', async () => {
    const { near, end } = pair(async (_method, [value]) => value)
    const gone = new Uint8Array(8)
    structuredClone(gone.buffer, { transfer: [gone.buffer] })
    const outcomes = await Promise.allSettled([
      near.call(1, 'echo', [1]),
      near.call(1, 'echo', [gone]),
      near.call(1, 'echo', [{ odd: () => {} }]),
      near.call(1, 'echo', [2]),
    ])
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'rejected', 'fulfilled'],
    )
    end()
  })

  it('fail everything that waits when the other end is lost', async () => {
    async function* endless() {
      yield new Uint8Array([1])
      await new Promise(() => {})
    }
    const never = new Promise(() => {})
    const { near, end } = pair((method) => {
      if (method === 'stream') return endless()
      return method === 'promise' ? { never } : never
    })
    const stream = (await near.call(1, 'stream', [])) as AsyncIterableIterator<Uint8Array>
    const { never: kept } = (await near.call(1, 'promise', [])) as { never: Promise<unknown> }
    const waiting = [near.call(1, 'wait', []), kept, stream.next().then(() => stream.next())]
    const outcomes = Promise.allSettled(waiting)
    await new Promise((resolve) => setTimeout(resolve, 20))
    near.lose(new PeerLost('gone'))
    waiting.push(near.call(1, 'wait', []))
    for (const outcome of [...(await outcomes), ...(await Promise.allSettled(waiting.slice(3)))]) {
      assert.ok(outcome.status === 'rejected' && outcome.reason instanceof PeerLost)
      assert.equal(outcome.reason.code, 'closed')
    }
    end()
  })
})
