import assert from 'node:assert/strict'
import { it } from 'node:test'
import { sql } from 'kysely'
import pg from 'pg'
import type { Database, Statement } from '../../database.ts'
import { CommitCutter } from '../../testing/commit-cutter.ts'
import { PostgresCluster } from '../../testing/embedded-postgres.ts'
import { sampleApiKey } from '../../testing/sample-rows.ts'
import { type FreshTarget, type OpenTestDatabase, withPostgres } from '../../testing/with-databases.ts'

const insert = (database: Database, name: string): Statement => ({
  query: database.query
    .insertInto('api_key')
    .values(sampleApiKey({ customer_name: name }))
    .compile(),
})

const returning = (database: Database, name: string): Statement => ({
  query: database.query
    .insertInto('api_key')
    .values(sampleApiKey({ customer_name: name }))
    .returning('customer_name')
    .compile(),
})

const storedNames = async (database: Database): Promise<string[]> =>
  (await database.query.selectFrom('api_key').select('customer_name').orderBy('id').execute()).map(
    (row) => row.customer_name,
  )

const count = async (database: Database): Promise<number> =>
  (await database.query.selectFrom('api_key').select('id').execute()).length

/** Ends every other connection to the same database, as a server that restarts would. */
const endOthers = `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`

async function asAdmin<Result>(target: { uri: string }, run: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: target.uri })
  await client.connect()
  try {
    return await run(client)
  } finally {
    await client.end()
  }
}

const openFresh = async (open: OpenTestDatabase, freshTarget: FreshTarget) => {
  const target = (await freshTarget()) as { type: 'postgres'; uri: string }
  return { target, database: await open(target) }
}

withPostgres('PostgreSQL database', (open, freshTarget) => {
  it('comes back by itself after every connection was ended', async () => {
    const { target, database } = await openFresh(open, freshTarget)
    for (let round = 0; round < 3; round++) {
      await asAdmin(target, (client) => client.query(endOthers))
      await Promise.all(['a', 'b', 'c'].map((lane) => database.commit([insert(database, lane)], { lane })))
    }
    assert.equal(await count(database), 9)
  })

  it('repeats a read whose connection was ended under it', async () => {
    const { target, database } = await openFresh(open, freshTarget)
    const read = () => sql`select pg_advisory_xact_lock_shared(1), 7 as seven`.execute(database.query)
    const readMany = () => Promise.all(Array.from({ length: 6 }, read))
    const blocked = `select count(*)::int as n from pg_locks where locktype = 'advisory' and not granted
      and database = (select oid from pg_database where datname = current_database())`
    await readMany()
    await asAdmin(target, async (client) => {
      for (let round = 0; round < 2; round++) {
        await client.query('select pg_advisory_lock(1)')
        const reading = readMany()
        while ((await client.query(blocked)).rows[0].n < 4) await client.query('select pg_sleep(0.01)')
        await client.query(endOthers)
        await client.query('select pg_advisory_unlock(1)')
        for (const { rows } of await reading) assert.equal((rows[0] as { seven: number }).seven, 7)
      }
    })
  })

  it('applies each unit exactly once when connections end while it runs', async () => {
    const { target, database } = await openFresh(open, freshTarget)
    const names = Array.from({ length: 300 }, (_, n) => String(n))
    const settling = Promise.all(names.map((name) => database.commit([insert(database, name)], { lane: name })))
    await asAdmin(target, async (client) => {
      for (let round = 0; round < 5; round++) await client.query(endOthers)
    })
    await settling
    assert.deepEqual((await storedNames(database)).sort(), names.sort())
  })

  for (const cut of ['before', 'after'] as const) {
    it(`applies a unit once when the connection breaks just ${cut} the server commits`, async () => {
      const target = (await freshTarget()) as { type: 'postgres'; uri: string }
      const { cutter, uri } = await CommitCutter.before(target.uri)
      try {
        const database = await open({ ...target, uri })
        await database.commit([insert(database, 'first')], { lane: 'x' })
        cutter.cut = cut
        const broken = database.commit([insert(database, 'second'), returning(database, 'third')], { lane: 'x' })
        const both = [broken, database.commit([insert(database, 'fourth')], { lane: 'x' })]
        while (cutter.cuts === 0) await new Promise((resolve) => setImmediate(resolve))
        cutter.cut = 'none'
        const [results] = await Promise.all(both)
        assert.deepEqual(results?.[1]?.rows, [{ customer_name: 'third' }])
        assert.deepEqual(await storedNames(database), ['first', 'second', 'third', 'fourth'])
        await database.close()
      } finally {
        await cutter.close()
      }
    })
  }

  it('refuses with "unavailable" what comes while the server is away, and continues afterwards', async () => {
    const cluster = await PostgresCluster.create()
    try {
      const database = await open({ type: 'postgres', uri: cluster.uri('postgres') })
      await cluster.shutDown()
      const unavailable = { name: 'StorageError', kind: 'unavailable' }
      await assert.rejects(count(database), unavailable)
      await assert.rejects(database.ping(), unavailable)
      const waiting = database.commit([insert(database, 'patient')])
      await cluster.start()
      await waiting
      assert.equal(await count(database), 1)
      await database.close()
    } finally {
      await cluster.remove()
    }
  })

  it('leaves no marks behind when it is closed', async () => {
    const { target, database } = await openFresh(open, freshTarget)
    await Promise.all(['a', 'b', 'c', 'd'].map((lane) => database.commit([insert(database, lane)], { lane })))
    await database.close()
    const marks = await asAdmin(target, (client) => client.query('select * from commit_mark'))
    assert.deepEqual(marks.rows, [])
  })

  it('repeats units that lock each other out, until both are applied', async () => {
    const { database } = await openFresh(open, freshTarget)
    await database.commit([insert(database, 'x'), insert(database, 'y')])
    const raise = (name: string): Statement => ({
      query: sql`update api_key set max_devices = max_devices + 1 where customer_name = ${name}`.compile(
        database.query,
      ),
    })
    const wait: Statement = { query: sql`select pg_sleep(0.02)`.compile(database.query) }
    const both = ['lane a', 'lane b', 'lane c'].flatMap((lane, n) =>
      Array.from({ length: 3 }, () => {
        const order = n % 2 ? ['x', 'y'] : ['y', 'x']
        return database.commit([raise(order[0]!), wait, raise(order[1]!)], { lane })
      }),
    )
    await Promise.all(both)
    const rows = await database.query.selectFrom('api_key').select('max_devices').execute()
    assert.deepEqual(
      rows.map((row) => row.max_devices),
      [109, 109],
    )
  })

  it('has no transaction open after a unit failed', async () => {
    const { target, database } = await openFresh(open, freshTarget)
    const broken = sql`select nothing from nowhere`.compile(database.query)
    for (const lane of ['a', 'b', 'c', 'd']) await assert.rejects(database.commit([{ query: broken }], { lane }))
    const unfinished = `select count(*) as n from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`
    assert.deepEqual((await asAdmin(target, (client) => client.query(unfinished))).rows, [{ n: '0' }])
  })

  it('commits to the disk whatever the server’s default is', async () => {
    const { target, database } = await openFresh(open, freshTarget)
    await asAdmin(target, (client) => client.query('alter role postgres set synchronous_commit to off'))
    try {
      const again = await open(target)
      const [shown] = await again.commit([{ query: sql`show synchronous_commit`.compile(database.query) }])
      assert.deepEqual(shown?.rows, [{ synchronous_commit: 'on' }])
    } finally {
      await asAdmin(target, (client) => client.query('alter role postgres reset synchronous_commit'))
    }
  })
})
