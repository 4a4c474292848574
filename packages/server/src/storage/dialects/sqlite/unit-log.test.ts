import assert from 'node:assert/strict'
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import fc from 'fast-check'
import type { LoggedStatement } from './unit-codec.ts'
import { UnitLog } from './unit-log.ts'

const value = fc.oneof(
  fc.constant(null),
  fc.maxSafeInteger(),
  fc.double(),
  fc.bigInt(),
  fc.string({ unit: 'grapheme', maxLength: 100 }),
  fc.constantFrom('3EB0AA', 'a-device', '491700000000@s.whatsapp.net'),
  fc.uint8Array({ maxLength: 300 }),
)
const statement = fc.record({
  sql: fc.oneof(fc.constantFrom('insert into a values (?)', 'update b'), fc.string()),
  parameters: fc.array(value, { maxLength: 8 }),
})
const records = fc.array(fc.array(statement, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 8 })

describe('the log of units', () => {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-units-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  let files = 0
  const fresh = () => join(folder, `units-${++files}`)
  const read = (path: string, name: number) => new UnitLog(path).read(name)
  const plain = (statements: readonly LoggedStatement[]) =>
    statements.map(({ sql, parameters }) => ({ sql, parameters: [...parameters] }))

  it('gives every value back as it was', () => {
    const path = fresh()
    const log = new UnitLog(path)
    let name = 0
    fc.assert(
      fc.property(records, (written) => {
        log.begin(++name)
        for (const record of written) log.append(record)
        assert.deepEqual(plain(read(path, name)), plain(written.flat()))
        assert.deepEqual(read(path, name - 1), [], 'what was logged under another name is from before')
      }),
      { numRuns: 300 },
    )
    log.close()
    assert.equal(statSync(path).mode & 0o777, 0o600)
  })

  it('gives the records that are whole, wherever a crash cuts the file or damages it', () => {
    const path = fresh()
    const log = new UnitLog(path)
    log.begin(7)
    const ends = [0]
    const said = Array.from({ length: 6 }, (_, n) => [
      { sql: `insert ${n % 2}`, parameters: [n, 'a text', new Uint8Array(n)] },
    ])
    for (const record of said) {
      log.append(record)
      ends.push(log.size)
    }
    log.close()
    const file = readFileSync(path)
    const wholeBefore = (at: number) => ends.findLastIndex((end) => end <= at)
    for (let at = 0; at < file.length; at++) {
      writeFileSync(path, file.subarray(0, at))
      assert.deepEqual(plain(read(path, 7)), plain(said.slice(0, wholeBefore(at)).flat()), `cut at ${at}`)
      const damaged = Buffer.from(file)
      damaged[at]! ^= 0x10
      writeFileSync(path, damaged)
      assert.deepEqual(plain(read(path, 7)), plain(said.slice(0, wholeBefore(at)).flat()), `damaged at ${at}`)
    }
    writeFileSync(path, file)
    appendFileSync(path, Buffer.alloc(4096))
    assert.deepEqual(plain(read(path, 7)), plain(said.flat()), 'with room behind it')
  })

  it('writes over the log before, and finds nothing of it', () => {
    const path = fresh()
    const log = new UnitLog(path)
    const one = (n: number) => [{ sql: 'insert', parameters: [n] }]
    log.begin(1)
    for (let n = 0; n < 50; n++) log.append(one(n))
    const { size } = statSync(path)
    log.begin(2)
    log.append(one(1))
    assert.equal(statSync(path).size, size)
    assert.deepEqual(plain(read(path, 2)), one(1))
    log.close()
  })

  it('is as before when a record cannot be made', () => {
    const path = fresh()
    const log = new UnitLog(path)
    log.begin(1)
    const good = [{ sql: 'insert', parameters: ['said for the first time', 1] }]
    const odd = [...good, { sql: 'update', parameters: [undefined as never] }]
    assert.throws(() => log.append(odd), TypeError)
    log.append(good)
    log.append([{ sql: 'update', parameters: ['said for the first time'] }])
    assert.deepEqual(plain(read(path, 1)), [...good, { sql: 'update', parameters: ['said for the first time'] }])
    log.close()
  })

  it('is as before when a record is refused', () => {
    const path = fresh()
    mkdirSync(path)
    const log = new UnitLog(path)
    log.begin(1)
    const record = [{ sql: 'insert', parameters: ['said for the first time'] }]
    assert.throws(() => log.append(record))
    rmdirSync(path)
    log.append(record)
    log.append(record)
    assert.deepEqual(plain(read(path, 1)), [...record, ...record])
    log.close()
  })
})
