import assert from 'node:assert/strict'
import { it } from 'node:test'
import { sql } from 'kysely'
import type { Database, Statement } from '../database.ts'
import { migrations } from '../migrations/index.ts'
import { openDatabase } from '../open-database.ts'
import type { StorageError } from '../storage-error.ts'
import { sampleApiKey } from '../testing/sample-rows.ts'
import type { FreshTarget, OpenTestDatabase } from '../testing/with-databases.ts'

const insertKey = (database: Database, name: string): Statement => ({
  query: database.query
    .insertInto('api_key')
    .values(sampleApiKey({ customer_name: name }))
    .returning('id')
    .compile(),
})

const failing = (database: Database): Statement => ({
  query: database.query.deleteFrom('api_key').where('customer_name', '=', 'nobody').compile(),
  orElse: () => new Error('nobody was there'),
})

const names = async (database: Database): Promise<string[]> =>
  (await database.query.selectFrom('api_key').select('customer_name').orderBy('id').execute()).map(
    (row) => row.customer_name,
  )

/** What every {@link Database} promises. */
export function databaseContract(open: OpenTestDatabase, freshTarget: FreshTarget): void {
  it('shows a committed unit to the next read', async () => {
    const database = await open()
    const [result] = await database.commit([insertKey(database, 'a')])
    assert.equal(typeof result?.rows[0]?.['id'], 'number')
    assert.equal(result?.affected, 1)
    assert.deepEqual(await names(database), ['a'])
  })

  it('applies nothing of a unit whose required statement meets no row', async () => {
    const database = await open()
    const unit = [insertKey(database, 'a'), failing(database), insertKey(database, 'b')]
    await assert.rejects(database.commit(unit), /nobody was there/)
    assert.deepEqual(await names(database), [])
  })

  it('leaves the neighbours of a failing unit alone', async () => {
    const database = await open()
    const twice = sampleApiKey({ customer_name: 'twice' })
    const insertTwice = () => [{ query: database.query.insertInto('api_key').values(twice).compile() }]
    const outcomes = await Promise.allSettled([
      database.commit([insertKey(database, 'a')], { lane: 'x' }),
      database.commit([insertKey(database, 'lost'), failing(database)], { lane: 'x' }),
      database.commit(insertTwice(), { lane: 'x' }),
      database.commit([insertKey(database, 'lost'), ...insertTwice()], { lane: 'x' }),
      database.commit([insertKey(database, 'b')], { lane: 'x' }),
    ])
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled'],
    )
    assert.equal(((outcomes[3] as PromiseRejectedResult).reason as StorageError).kind, 'unique')
    assert.deepEqual(await names(database), ['a', 'twice', 'b'])
  })

  it('keeps the order of calls within a lane', async () => {
    const database = await open()
    const wanted = Array.from({ length: 200 }, (_, place) => String(place))
    await Promise.all(wanted.map((name) => database.commit([insertKey(database, name)], { lane: 'one' })))
    assert.deepEqual(await names(database), wanted)
  })

  it('answers what a statement touched and returned', async () => {
    const database = await open()
    await database.commit([insertKey(database, 'a'), insertKey(database, 'b')])
    const update = database.query.updateTable('api_key').set({ max_devices: 7 })
    const [plain, returning, select] = await database.commit([
      { query: update.compile() },
      { query: update.returning(['customer_name', 'max_devices']).compile() },
      {
        query: database.query
          .selectFrom('api_key')
          .select((q) => q.fn.countAll<number>().as('n'))
          .compile(),
      },
    ])
    assert.equal(plain?.affected, 2)
    assert.equal(returning?.affected, 2)
    assert.deepEqual(returning?.rows.map((row) => ({ ...row })).at(1), { customer_name: 'b', max_devices: 7 })
    assert.equal(select?.rows[0]?.['n'], 2)
  })

  it('tells a statement what it did once that is durable, before the commit resolves, and nothing when the unit failed', async () => {
    const database = await open()
    const told: string[] = []
    const telling = (name: string): Statement => ({
      ...insertKey(database, name),
      whenDurable: ({ affected, rows }) => told.push(`${name} ${affected} ${typeof rows[0]?.['id']}`),
    })
    await Promise.allSettled([
      database.commit([telling('a'), telling('b')], { lane: 'x' }).then(() => told.push('resolved')),
      database.commit([telling('lost'), failing(database)], { lane: 'x' }),
      database.commit([telling('c')], { lane: 'x' }),
    ])
    assert.deepEqual(
      told.filter((each) => each !== 'resolved'),
      ['a 1 number', 'b 1 number', 'c 1 number'],
    )
    assert.ok(told.indexOf('resolved') > told.indexOf('b 1 number'))
  })

  it('names a broken reference and a broken statement', async () => {
    const database = await open()
    const stray = database.query.insertInto('lid_mapping').values({ device_id: 'nowhere', lid: 'l', jid: 'j' })
    const kindOf = (error: unknown) => (error as StorageError).kind
    await assert.rejects(database.commit([{ query: stray.compile() }]), (error) => kindOf(error) === 'foreign_key')
    const broken = sql`select nothing from nowhere`.compile(database.query)
    await assert.rejects(database.commit([{ query: broken }]), (error) => kindOf(error) === 'failed')
    await database.commit([insertKey(database, 'after')])
    assert.deepEqual(await names(database), ['after'])
  })

  it('refuses a parameter that the databases would store differently, alone', async () => {
    const database = await open()
    const odd = sql`update api_key set is_active = ${true}`.compile(database.query)
    const [bad, good] = await Promise.allSettled([
      database.commit([{ query: odd }]),
      database.commit([insertKey(database, 'a')]),
    ])
    assert.equal(bad.status, 'rejected')
    assert.equal(good.status, 'fulfilled')
  })

  it('stores text with NUL, whole 53-bit numbers and bytes as they came', async () => {
    const database = await open()
    const bytes = new Uint8Array(32).map((_, place) => place * 8)
    const row = sampleApiKey({ customer_name: 'a\0b ü 👋', created_at: Number.MAX_SAFE_INTEGER, key_hash: bytes })
    await database.commit([{ query: database.query.insertInto('api_key').values(row).compile() }])
    const stored = await database.query.selectFrom('api_key').selectAll().executeTakeFirstOrThrow()
    assert.equal(stored.customer_name, 'a\uFFFDb ü 👋')
    assert.equal(stored.created_at, Number.MAX_SAFE_INTEGER)
    assert.deepEqual(new Uint8Array(stored.key_hash), bytes)
  })

  it('refuses to change anything through query', async () => {
    const database = await open()
    await assert.rejects(database.query.insertInto('api_key').values(sampleApiKey()).execute(), /read-?only/i)
    assert.deepEqual(await names(database), [])
  })

  it('brings one schema about when several processes start at once, and keeps what it has', async () => {
    const target = await freshTarget()
    const several = await Promise.all([open(target), open(target), open(target)])
    await several[0]!.commit([insertKey(several[0]!, 'kept')])
    const later = await open(target)
    assert.deepEqual(await names(later), ['kept'])
    const { rows } = await sql<{ number: number }>`select number from schema_migration order by number`.execute(
      later.query,
    )
    assert.deepEqual(
      rows.map((row) => row.number),
      migrations.map((migration) => migration.number),
    )
  })

  it('refuses a database that a newer version has written', async () => {
    const target = await freshTarget()
    const database = await open(target)
    const newer = sql`insert into schema_migration (number, name, applied_at) values (999, 'later', 0)`
    await database.commit([{ query: newer.compile(database.query) }])
    await assert.rejects(openDatabase(target), /newer version \(schema 999/)
  })

  it('takes no units once it is closed, and settles those it took', async () => {
    const target = await freshTarget()
    const database = await openDatabase(target)
    const taken = database.commit([insertKey(database, 'taken')])
    await database.close()
    await taken
    await assert.rejects(database.commit([insertKey(database, 'late')]))
    assert.deepEqual(await names(await open(target)), ['taken'])
  })

  it('answers a ping', async () => {
    await (await open()).ping()
  })
}
