import assert from 'node:assert/strict'
import { it } from 'node:test'
import { sql } from 'kysely'
import pg from 'pg'
import type { Database, Statement } from '../../database.ts'
import type { StorageError } from '../../storage-error.ts'
import { sampleApiKey } from '../../testing/sample-rows.ts'
import { type FreshTarget, type OpenTestDatabase, withPostgres } from '../../testing/with-databases.ts'

const insert = (database: Database, name: string): Statement => ({
  query: database.query
    .insertInto('api_key')
    .values(sampleApiKey({ customer_name: name }))
    .compile(),
})

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

  it('applies a unit once when connections end while it runs, or says that it does not know', async () => {
    const { target, database } = await openFresh(open, freshTarget)
    const names = Array.from({ length: 300 }, (_, n) => String(n))
    const settling = Promise.allSettled(names.map((name) => database.commit([insert(database, name)], { lane: name })))
    await asAdmin(target, async (client) => {
      for (let round = 0; round < 5; round++) await client.query(endOthers)
    })
    const outcomes = await settling
    const rows = await database.query.selectFrom('api_key').select('customer_name').execute()
    const found = Map.groupBy(rows, (row) => row.customer_name)
    for (const [place, outcome] of outcomes.entries()) {
      const times = found.get(names[place]!)?.length ?? 0
      if (outcome.status === 'fulfilled') assert.equal(times, 1, `unit ${place}`)
      else {
        const { kind } = outcome.reason as StorageError
        assert.ok(
          times <= 1 && (kind === 'unknown' || (kind === 'unavailable' && times === 0)),
          `unit ${place}: ${kind}`,
        )
      }
    }
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
