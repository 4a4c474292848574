import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { LinkError } from '../link-error.ts'
import { FrameReader, framed } from './frame-reader.ts'

const all = (reader: FrameReader): Buffer[] => {
  const frames: Buffer[] = []
  for (let frame = reader.next(); frame; frame = reader.next()) frames.push(Buffer.from(frame))
  return frames
}

describe('FrameReader', () => {
  it('finds the frames however they were cut and joined', () => {
    const contents = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 })
    fc.assert(
      fc.property(contents, fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 }), (frames, cuts) => {
        const stream = Buffer.concat(frames.map(framed))
        const reader = new FrameReader(1000)
        const found: Buffer[] = []
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const size = cuts[turn % cuts.length]!
          reader.add(stream.subarray(at, at + size))
          found.push(...all(reader))
          at += size
        }
        assert.deepEqual(found, frames.map(Buffer.from))
      }),
      { numRuns: 500 },
    )
  })

  it('copies no frame that came in one piece', () => {
    const piece = Buffer.concat([framed(Buffer.from('one')), framed(Buffer.from('two'))])
    const reader = new FrameReader(1000)
    reader.add(piece)
    assert.deepEqual([reader.next()?.buffer, reader.next()?.buffer], [piece.buffer, piece.buffer])
  })

  it('refuses a frame that is announced as too long before any of it came', () => {
    const reader = new FrameReader(1000)
    reader.add(Buffer.from([0xff, 0xff, 0xff]))
    assert.throws(() => reader.next(), LinkError)
  })
})
