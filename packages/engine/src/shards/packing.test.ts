import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { EngineError, OwnershipLostError, SendError } from '../errors.ts'
import { packError, unpackError } from './errors.ts'
import { type Keeper, type Opener, Packer, unpack } from './packing.ts'

const lent: unknown[] = []
const lend = (value: unknown): number => lent.push(value) - 1
const keeper: Keeper = { promise: lend, stream: lend, signal: lend }
const opener = {
  promise: (ref: number) => lent[ref],
  stream: (ref: number) => lent[ref],
  signal: (ref: number) => lent[ref],
} as Opener

/** Through a post and back. */
function there(value: unknown) {
  const gifts: ArrayBuffer[] = []
  const packed = new Packer(keeper, gifts).pack(value)
  return { value: unpack(structuredClone(packed, { transfer: gifts }), opener), gifts }
}

describe('values for another thread', () => {
  it('arrive as they were', () => {
    const value = {
      ...{ text: 'a', number: -0.5, big: 5n, none: null, absent: undefined, at: new Date(5) },
      list: [1, [2, { deep: new Uint8Array([1, 2]) }]],
      map: new Map([['key', new Uint8Array(3)]]),
    }
    const arrived = there(value).value
    assert.deepEqual(arrived, value)
    assert.ok('absent' in (arrived as object))
  })

  it('bring only the bytes that they show of a larger buffer, and leave that alone', () => {
    const pool = new Uint8Array(10_000).fill(7)
    const value = {
      part: pool.subarray(10, 14),
      list: [pool.subarray(0, 1)],
      map: new Map([['a', pool.subarray(2, 4)]]),
    }
    const { value: arrived, gifts } = there(value)
    const { part } = arrived as typeof value
    assert.deepEqual([part.length, part.buffer.byteLength, part[0]], [4, 4, 7])
    assert.equal(gifts.length, 3)
    assert.equal(pool.length, 10_000)
  })

  it('keep promises, streams, signals and errors in their places', async () => {
    async function* stream() {}
    const { signal } = new AbortController()
    const value = { ack: Promise.resolve(5), list: [stream(), { signal }], map: new Map([['e', new Error('x')]]) }
    const arrived = there(value).value as typeof value
    assert.equal(await arrived.ack, 5)
    assert.equal(arrived.list[0], value.list[0])
    assert.equal((arrived.list[1] as { signal: AbortSignal }).signal, signal)
    assert.equal(arrived.map.get('e')?.message, 'x')
    assert.equal(there(signal).value, signal)
  })

  it('are refused when they mean nothing there', () => {
    class Own {}
    const refused: [unknown, RegExp][] = [
      [{ a: { b: () => {} } }, /a function cannot be given to another thread \(a\.b\)/],
      [[Symbol('x')], /a symbol .* \(0\)/],
      [new Own(), /an object of the class Own .* \(the value itself\)/],
    ]
    for (const [value, words] of refused) assert.throws(() => there(value), words)
  })
})

describe('errors for another thread', () => {
  const arrive = (error: unknown) => unpackError(structuredClone(packError(error)))

  it('are of the same class, with what they say', () => {
    const engine = arrive(new EngineError('refused', 'no', { remoteCode: 403, cause: new Error('why') })) as EngineError
    assert.ok(engine instanceof EngineError)
    assert.deepEqual([engine.code, engine.remoteCode, engine.message], ['refused', 403, 'no'])
    assert.equal((engine.cause as Error).message, 'why')
    const send = arrive(new SendError('refused', 'no', { code: 479 })) as SendError
    assert.ok(send instanceof SendError)
    assert.deepEqual([send.certainty, send.code], ['refused', 479])
    assert.equal((arrive(new SendError('unknown', 'x')) as SendError).code, undefined)
    assert.ok(arrive(new OwnershipLostError('taken')) instanceof OwnershipLostError)
  })

  it('keep the codes of the system and where they were made', () => {
    const error = Object.assign(new RangeError('x'), { code: 'ENOENT', errno: -2, inner: { secret: 1 } })
    const arrived = arrive(error) as NodeJS.ErrnoException
    assert.deepEqual([arrived.name, arrived.code, arrived.errno], ['RangeError', 'ENOENT', -2])
    assert.equal(arrived.stack, error.stack)
    assert.ok(!('inner' in arrived))
    assert.equal(arrive('just text').message, 'just text')
  })
})
