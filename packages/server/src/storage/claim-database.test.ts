import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { it } from 'node:test'
import pg from 'pg'
import { claimDatabase } from './claim-database.ts'
import { withDatabases, withPostgres } from './testing/with-databases.ts'

const holder = `
import { claimDatabase } from ${JSON.stringify(new URL('claim-database.ts', import.meta.url).href)}
await claimDatabase(JSON.parse(process.argv[1]))
console.log('claimed')
setInterval(() => {}, 1000)
`

withDatabases((open, freshTarget) => {
  it('lets one gateway at a time use a database, and the next one when it ends', async () => {
    const target = await freshTarget()
    await open(target)
    const release = await claimDatabase(target)
    let ended = false
    const { promise: waiting, resolve: waits } = Promise.withResolvers<void>()
    const second = claimDatabase(target, { waits }).then((releaseSecond) => {
      assert.ok(ended, 'two had it at once')
      return releaseSecond
    })
    await waiting
    ended = true
    await release()
    await (await second)()
  })

  it('is free again when the process that had it was killed', async () => {
    const target = await freshTarget()
    await open(target)
    const child = spawn(process.execPath, ['--input-type=module', '-e', holder, JSON.stringify(target)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout!, 'data')
    let waited = false
    const claiming = claimDatabase(target, {
      waits: () => {
        waited = true
        child.kill('SIGKILL')
      },
    })
    await (await claiming)()
    assert.equal(waited, true)
  })
})

withPostgres('the claim on PostgreSQL', (open, freshTarget) => {
  it('is taken again after the server ended its connection', async () => {
    const target = (await freshTarget()) as { type: 'postgres'; uri: string }
    await open(target)
    const release = await claimDatabase(target, { lost: (error) => assert.fail(error) })
    const client = new pg.Client({ connectionString: target.uri })
    await client.connect()
    const holderOf =
      "select pid from pg_locks where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())"
    const before = (await client.query<{ pid: number }>(holderOf)).rows[0]!.pid
    await client.query('select pg_terminate_backend($1)', [before])
    let pid: number | undefined
    while (pid === undefined || pid === before) pid = (await client.query<{ pid: number }>(holderOf)).rows[0]?.pid
    await client.end()
    await release()
    await (await claimDatabase(target))()
  })
})
