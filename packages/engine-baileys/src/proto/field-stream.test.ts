import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { codec } from './codec.ts'
import { fieldStream } from './field-stream.ts'

const sync = codec('HistorySync')

/** The bytes in chunks of these sizes, again and again. */
async function* chunked(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length]!
    yield bytes.subarray(at, at + size)
    at += size
  }
}

async function read(chunks: AsyncIterable<Uint8Array>, wanted: (number: number) => boolean): Promise<Buffer> {
  const found: Uint8Array[] = []
  for await (const { bytes } of fieldStream(chunks, wanted)) found.push(Uint8Array.from(bytes))
  return Buffer.concat(found)
}

describe('fieldStream', () => {
  const text = fc.string({ maxLength: 300 })
  const pushname = fc.record({ id: text, pushname: text }, { noNullPrototype: true })
  const content = fc.record({
    syncType: fc.nat(),
    progress: fc.nat(100),
    pushnames: fc.array(pushname, { minLength: 1, maxLength: 20 }),
    recentStickers: fc.array(fc.uint8Array({ maxLength: 1000 }), { maxLength: 5 }),
    nctSalt: fc.uint8Array({ maxLength: 50 }),
  })
  const sizes = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 8 })

  it('gives the wanted fields of a message, however it is cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(content, sizes, async (message, cuts) => {
        const bytes = sync.encode(message)
        const all = await read(chunked(bytes, cuts), () => true)
        assert.deepEqual(all, Buffer.from(bytes))
        const names = await read(chunked(bytes, cuts), (number) => number === 7)
        assert.deepEqual(sync.decode(names).pushnames, message.pushnames)
      }),
      { numRuns: 100 },
    )
  })

  it('refuses a message that ends within a field, wanted or not', async () => {
    const bytes = sync.encode({ nctSalt: new Uint8Array(100) })
    for (const wanted of [true, false]) {
      await assert.rejects(
        read(chunked(bytes.subarray(0, 90), [16]), () => wanted),
        RangeError,
      )
    }
  })

  it('reads no further when nobody wants more', async () => {
    let taken = 0
    let ended = false
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          taken += 1
          yield sync.encode({ nctSalt: new Uint8Array(100) })
        }
      } finally {
        ended = true
      }
    }
    for await (const { number } of fieldStream(source(), () => true)) {
      assert.equal(number, 19)
      break
    }
    assert.deepEqual([taken, ended], [1, true])
  })
})
