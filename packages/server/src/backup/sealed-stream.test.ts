import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { openStream, sealStream } from './sealed-stream.ts'

const passphrase = 'correct horse battery staple'

async function* of(...pieces: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces
}

const all = async (stream: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const pieces: Uint8Array[] = []
  for await (const piece of stream) pieces.push(piece)
  return Buffer.concat(pieces)
}

describe('sealStream', () => {
  const plain = randomBytes(200_000)
  const sealed = all(sealStream(of(plain.subarray(0, 150_000), plain.subarray(150_000)), passphrase))
  const opened = async (bytes: Uint8Array, words = passphrase) => all(openStream(of(bytes), words))

  it('is opened by the passphrase, in whatever pieces it comes', async () => {
    const bytes = await sealed
    assert.deepEqual(await opened(bytes), plain)
    const pieces = Array.from({ length: 300 }, (_, n) => bytes.subarray(n * 700, (n + 1) * 700))
    assert.deepEqual(await all(openStream(of(...pieces), passphrase)), plain)
    assert.deepEqual(await opened(await all(sealStream(of(), passphrase))), Buffer.alloc(0))
  })

  it('is opened by nothing else', async () => {
    await assert.rejects(opened(await sealed, 'correct horse battery stapler'), /The passphrase is another one/)
    await assert.rejects(opened(Buffer.from('SQLite format 3'.padEnd(4096))), /no backup of a gateway/)
  })

  it('notices what was changed, left out, moved or cut off', async () => {
    const bytes = await sealed
    const changed = Buffer.from(bytes)
    changed[100_000]! ^= 1
    await assert.rejects(opened(changed), /damaged/)
    const [head, chunk] = [37, 4 + 64 * 1024 + 16]
    const without = Buffer.concat([bytes.subarray(0, head), bytes.subarray(head + chunk)])
    await assert.rejects(opened(without), /damaged|another one/)
    await assert.rejects(opened(bytes.subarray(0, head + 2 * chunk)), /cut short/)
    await assert.rejects(opened(bytes.subarray(0, -1)), /cut short/)
    const second = bytes.subarray(head + chunk, head + 2 * chunk)
    const moved = Buffer.concat([bytes.subarray(0, head), second, bytes.subarray(head)])
    await assert.rejects(opened(moved), /damaged|another one/)
  })
})
