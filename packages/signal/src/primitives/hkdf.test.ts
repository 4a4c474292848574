import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { hkdf } from './hkdf.ts'
import { hmac } from './hmac.ts'

const hex = (text: string) => Buffer.from(text, 'hex')
const run = (from: number, to: number) => Buffer.from(Array.from({ length: to - from + 1 }, (_, index) => from + index))

// RFC 5869, appendix A: the three test cases for SHA-256.
const RFC_5869 = [
  {
    input: Buffer.alloc(22, 0x0b),
    salt: run(0x00, 0x0c),
    info: run(0xf0, 0xf9),
    output: '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
  },
  {
    input: run(0x00, 0x4f),
    salt: run(0x60, 0xaf),
    info: run(0xb0, 0xff),
    output:
      'b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09' +
      'da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87',
  },
  {
    input: Buffer.alloc(22, 0x0b),
    salt: Buffer.alloc(0),
    info: Buffer.alloc(0),
    output: '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
  },
]

describe('hkdf', () => {
  for (const [index, { input, salt, info, output }] of RFC_5869.entries()) {
    it(`gives the output of RFC 5869 test case ${index + 1}`, () => {
      assert.equal(Buffer.from(hkdf(input, salt, info, output.length / 2)).toString('hex'), output)
    })
  }

  it('gives what its definition gives, for any length', () => {
    for (const length of [1, 31, 32, 33, 64, 80, 255]) {
      const [input, salt, info] = [randomBytes(40), randomBytes(32), randomBytes(9)]
      const pseudoRandomKey = hmac(salt, input)
      let [block, all] = [Buffer.alloc(0), Buffer.alloc(0)]
      for (let counter = 1; all.length < length; counter++) {
        block = Buffer.from(hmac(pseudoRandomKey, block, info, Uint8Array.of(counter)))
        all = Buffer.concat([all, block])
      }
      assert.deepEqual(Buffer.from(hkdf(input, salt, info, length)), all.subarray(0, length))
    }
  })
})

describe('hmac', () => {
  it('gives the output of RFC 4231 test cases 2 and 6', () => {
    const short = hmac(Buffer.from('Jefe'), Buffer.from('what do ya want for nothing?'))
    assert.deepEqual(short, hex('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'))
    const long = hmac(Buffer.alloc(131, 0xaa), Buffer.from('Test Using Larger Than Block-Size Key - Hash Key First'))
    assert.deepEqual(long, hex('60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54'))
  })

  it('gives what OpenSSL gives, for keys around the block size and for several parts', () => {
    for (const length of [0, 1, 32, 63, 64, 65, 200]) {
      const [key, first, second] = [randomBytes(length), randomBytes(5), randomBytes(70)]
      assert.deepEqual(hmac(key, first, second), createHmac('sha256', key).update(first).update(second).digest())
    }
  })
})
