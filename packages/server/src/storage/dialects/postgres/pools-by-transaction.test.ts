import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { openStore } from '../../../gateway/open-store.ts'
import { findProgram } from '../../../process/find-program.ts'
import { freePort } from '../../../testing/free-port.ts'
import { killProcess } from '../../../testing/kill-process.ts'
import { until } from '../../../testing/until.ts'
import { PostgresCluster } from '../../testing/embedded-postgres.ts'

const program = findProgram('pgbouncer', '/usr/sbin')
const skip = program === undefined && 'no pgbouncer here'

describe('a gateway behind PgBouncer', { skip }, () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'switchboard-pgbouncer-'))
  const poolers: ChildProcess[] = []
  let postgres: PostgresCluster

  const poolerIn = async (mode: string): Promise<string> => {
    const port = await freePort()
    const file = path.join(folder, `${mode}.ini`)
    const databases = `[databases]\n* = host=${postgres.socketFolder} port=5432 user=postgres`
    const settings = `[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${port}\nunix_socket_dir =\nauth_type = any\npool_mode = ${mode}`
    writeFileSync(file, `${databases}\n${settings}\n`)
    chmodSync(folder, 0o755)
    const asNobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}
    poolers.push(spawn(program!, [file], { ...asNobody, stdio: 'ignore' }))
    await until('it listens', () => {
      return new Promise<boolean>((resolve) => {
        const socket = createConnection(port, '127.0.0.1', () => resolve(true)).once('error', () => resolve(false))
        socket.once('connect', () => socket.destroy())
      })
    })
    return `postgres://postgres@127.0.0.1:${port}/postgres`
  }

  before(async () => {
    postgres = await PostgresCluster.create()
  })
  after(async () => {
    await Promise.all(poolers.map(killProcess))
    await postgres?.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  it('refuses one that pools by transaction, and says what is allowed', async () => {
    const uri = await poolerIn('transaction')
    await assert.rejects(openStore({ type: 'postgres', uri }, {}), (error: Error) => {
      assert.equal(error.name, 'ConfigError')
      assert.match(error.message, /^WHATSAPP_DATASTORE_URI: .*pools by transaction.*pool_mode = session/)
      return true
    })
  })

  it('works with one that pools by session', async () => {
    const uri = await poolerIn('session')
    const database = await openStore({ type: 'postgres', uri }, {})
    await database.ping()
    await database.close()
  })
})
