import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { FrameReader, frame, intro } from './frames.ts'
import { WireError } from './wire-error.ts'

const bodies = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 8 })

describe('the frame reader', () => {
  it('finds the same frames however the stream is split', () => {
    fc.assert(
      fc.property(
        bodies,
        fc.boolean(),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        (contents, routed, steps) => {
          const prefix = routed ? Buffer.from([0x45, 0x44, 0, 1, 0, 0, 3, 9, 9, 9]) : Buffer.alloc(0)
          const stream = Buffer.concat([prefix, intro, ...contents.map(frame)])
          const reader = new FrameReader()
          const found: number[][] = []
          for (let at = 0, turn = 0; at < stream.length; turn++) {
            const end = at + steps[turn % steps.length]!
            for (const body of reader.push(stream.subarray(at, end))) found.push([...body])
            at = end
          }
          assert.deepEqual(
            found,
            contents.map((body) => [...body]),
          )
        },
      ),
    )
  })

  it('refuses another protocol, an oversized frame and an oversized routing prefix', () => {
    assert.throws(() => new FrameReader().push(Buffer.from('GET / HTTP/1.1')), WireError)
    assert.throws(() => new FrameReader().push(Buffer.concat([intro, Buffer.of(0xff, 0xff, 0xff)])), WireError)
    assert.throws(() => new FrameReader().push(Buffer.from([0x45, 0x44, 0, 1, 0xff, 0, 0])), WireError)
  })
})
