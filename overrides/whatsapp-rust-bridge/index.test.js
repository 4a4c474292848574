import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import * as ours from 'whatsapp-rust-bridge'

// The package that this one stands in for, as unmodified baileys has it: the other side of every comparison.
const require = createRequire(import.meta.url)
const stockRoot = dirname(require.resolve('baileys-stock/package.json'))
const stock = await import(pathToFileURL(join(stockRoot, 'node_modules/whatsapp-rust-bridge/dist/index.js')).href)

const KEY_NAMES = ['indexKey', 'valueEncryptionKey', 'valueMacKey', 'snapshotMacKey', 'patchMacKey']
const bytes = (length) => new Uint8Array(randomBytes(length))

describe('whatsapp-rust-bridge', () => {
  it('is our own package in the place of the other', () => {
    assert.match(import.meta.resolve('whatsapp-rust-bridge'), /overrides\/whatsapp-rust-bridge\/index\.js$/)
  })

  it('hashes md5 as the original does', () => {
    for (const length of [0, 1, 64, 1000]) {
      const data = bytes(length)
      assert.deepEqual(ours.md5(data), stock.md5(data))
    }
  })

  it('derives with hkdf as the original does, with and without salt', () => {
    for (const length of [1, 32, 64, 112, 160]) {
      for (const options of [
        { info: '' },
        { info: 'WhatsApp Image Keys' },
        { salt: bytes(32), info: 'é' },
        { salt: null, info: 'x' },
      ]) {
        const data = bytes(32)
        assert.deepEqual(ours.hkdf(data, length, options), stock.hkdf(data, length, options))
      }
    }
  })

  it('expands app state keys as the original does', () => {
    const keyData = bytes(32)
    const [mine, theirs] = [ours.expandAppStateKeys(keyData), stock.expandAppStateKeys(keyData)]
    for (const name of KEY_NAMES) assert.deepEqual(mine[name], new Uint8Array(theirs[name]), name)
  })

  it('keeps the same hash over a set as the original does', () => {
    const [mine, theirs] = [new ours.LTHashAntiTampering(), new stock.LTHashAntiTampering()]
    let hash = new Uint8Array(128)
    const members = Array.from({ length: 20 }, () => bytes(32))
    for (let round = 0; round < members.length; round += 2) {
      const [subtract, add] = [members.slice(0, round), members.slice(round)]
      const expected = new Uint8Array(theirs.subtractThenAdd(hash, subtract, add))
      assert.deepEqual(mine.subtractThenAdd(hash, subtract, add), expected)
      hash = expected
    }
  })

  it('comes back to the same hash when what was added is taken away', () => {
    const tool = new ours.LTHashAntiTampering()
    const base = bytes(128)
    const added = tool.subtractThenAdd(base, [], [bytes(5), Uint8Array.of(1)])
    assert.notDeepEqual(added, base)
    assert.deepEqual(
      tool.subtractThenAdd(tool.subtractThenAdd(base, [], [Uint8Array.of(1)]), [Uint8Array.of(1)], []),
      base,
    )
  })

  it('refuses a base hash of another length', () => {
    assert.throws(() => new ours.LTHashAntiTampering().subtractThenAdd(bytes(127), [], []), /128 bytes/)
  })
})
