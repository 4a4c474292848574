import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { noStorage, type PhoneStorage } from '../phone-storage.ts'
import { SenderKeys } from './sender-keys.ts'

const group = '120363000000000001@g.us'
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString()

/** Storage that outlives the keys that are kept in it. */
function shelf(): PhoneStorage {
  const kept = new Map<string, string>()
  return {
    durable: true,
    entries: (prefix) =>
      [...kept].flatMap(([key, value]) => (key.startsWith(prefix) ? [[key.slice(prefix.length), value]] : [])),
    write: (key, value) => void (value === undefined ? kept.delete(key) : kept.set(key, value)),
    batch: (work) => work(),
  }
}

/** Opens a ciphertext of Ana's. */
function open(keys: SenderKeys, ciphertext: Uint8Array): string {
  let opened = ''
  keys.decrypt(group, 'ana:0', ciphertext, (plaintext) => {
    opened = text(plaintext)
  })
  return opened
}

describe('SenderKeys', () => {
  it('hands its key to each device once', () => {
    const ana = new SenderKeys(noStorage)
    assert.deepEqual(ana.prepare(group, ['ben:0', 'caro:0']).lacking, ['ben:0', 'caro:0'])
    ana.noteHolders(group, ['ben:0'])
    assert.deepEqual(ana.prepare(group, ['ben:0', 'caro:0']).lacking, ['caro:0'])
    assert.deepEqual(ana.prepare(group, ['ben:0', 'caro:0', 'caro:1']).rotated, false)
  })

  it('lets those who have the key read on, and those who got it late from then on', () => {
    const [ana, ben, caro] = [new SenderKeys(noStorage), new SenderKeys(noStorage), new SenderKeys(noStorage)]
    ben.take(group, 'ana:0', ana.prepare(group, ['ben:0']).distribution)
    const first = ana.encrypt(group, Buffer.from('one'))
    assert.equal(open(ben, first), 'one')
    caro.take(group, 'ana:0', ana.prepare(group, ['ben:0', 'caro:0']).distribution)
    const second = ana.encrypt(group, Buffer.from('two'))
    assert.deepEqual([open(ben, second), open(caro, second)], ['two', 'two'])
    assert.throws(() => open(caro, first))
  })

  it('takes a fresh key when a holder is gone, which the one who is gone cannot read', () => {
    const [ana, ben, caro] = [new SenderKeys(noStorage), new SenderKeys(noStorage), new SenderKeys(noStorage)]
    const { distribution } = ana.prepare(group, ['ben:0', 'caro:0'])
    ana.noteHolders(group, ['ben:0', 'caro:0'])
    for (const member of [ben, caro]) member.take(group, 'ana:0', distribution)
    assert.equal(open(ben, ana.encrypt(group, Buffer.from('to both'))), 'to both')
    const next = ana.prepare(group, ['caro:0'])
    assert.deepEqual([next.rotated, next.lacking], [true, ['caro:0']])
    caro.take(group, 'ana:0', next.distribution)
    const secret = ana.encrypt(group, Buffer.from('without Ben'))
    assert.equal(open(caro, secret), 'without Ben')
    assert.throws(() => open(ben, secret), /No sender key/)
  })

  it('leaves the key as it was when what was read is not accepted', () => {
    const [ana, ben] = [new SenderKeys(noStorage), new SenderKeys(noStorage)]
    ben.take(group, 'ana:0', ana.prepare(group, ['ben:0']).distribution)
    const sealed = ana.encrypt(group, Buffer.from('again'))
    const refuse = (): never => {
      throw new Error('not now')
    }
    assert.throws(() => ben.decrypt(group, 'ana:0', sealed, refuse), /not now/)
    assert.equal(open(ben, sealed), 'again')
    assert.throws(() => open(ben, sealed))
  })

  it('continues where it was after a restart', () => {
    const [mine, theirs] = [shelf(), shelf()]
    const ana = new SenderKeys(mine)
    const { distribution } = ana.prepare(group, ['ben:0'])
    ana.noteHolders(group, ['ben:0'])
    new SenderKeys(theirs).take(group, 'ana:0', distribution)
    assert.equal(open(new SenderKeys(theirs), ana.encrypt(group, Buffer.from('one'))), 'one')
    const restarted = new SenderKeys(mine)
    assert.deepEqual(restarted.prepare(group, ['ben:0']).lacking, [])
    assert.equal(open(new SenderKeys(theirs), restarted.encrypt(group, Buffer.from('two'))), 'two')
  })
})
