import { statSync } from 'node:fs'
import path from 'node:path'
import { refusal } from '../../gateway/open-store.ts'
import { inspectServer, type PostgresFacts } from '../../storage/inspect-database.ts'
import { type Check, type Finding, fail, inWords, ok, skip, warn } from '../check.ts'
import { clockFinding } from '../clock-finding.ts'

/** The oldest version that its makers still mend (https://www.postgresql.org/support/versioning/, November 2026). */
const oldestSupported = 15
/** Partitions as the event log has them. */
const oldestUsable = 13
/** What one gateway opens: for reads, for changes, the lock, and those who look after it. */
const ownConnections = 20
const slowMs = 20

const versionFinding = ({ version, versionNumber, roundTripMs }: PostgresFacts): Finding => {
  const major = Math.floor(versionNumber / 10_000)
  const says = `PostgreSQL ${version} answers after ${roundTripMs} ms`
  if (major < oldestUsable) return fail(says, `Use PostgreSQL ${oldestUsable} or newer`)
  if (major < oldestSupported)
    return warn(says, `PostgreSQL ${major} gets no security updates any more: use a newer one`)
  if (roundTripMs > slowMs)
    return warn(says, 'Run the gateway near to its database: every message waits for it several times')
  return ok(says)
}

const isLocal = (uri: string): boolean => {
  const host = URL.parse(uri)?.hostname ?? ''
  return host === '' || host === 'localhost' || /^127\.|^\[::1\]$/.test(host) || !host.includes('.')
}

const refusals = (facts: PostgresFacts, uri: string): Finding[] => {
  const found: Finding[] = []
  if (facts.isStandby)
    found.push(fail('the server is a standby, which only reads', 'Name the primary in WHATSAPP_DATASTORE_URI'))
  if (!facts.mayCreate)
    found.push(
      fail(
        'this user may not create tables',
        'GRANT CREATE ON SCHEMA public to it, or make it the owner of the database',
      ),
    )
  if (facts.sharesSessions)
    found.push(
      fail(
        'a pooler in front of the database shares sessions between transactions, so that the lock that keeps two gateways apart does not hold',
        'Let the pooler pool by session (PgBouncer: pool_mode = session), or connect to PostgreSQL itself',
      ),
    )
  if (!facts.encrypted && !isLocal(uri))
    found.push(warn('the connection to the database is not encrypted', 'Add ?sslmode=verify-full to the URI'))
  if (facts.maxConnections < ownConnections)
    found.push(
      warn(
        `the server takes ${facts.maxConnections} connections, and a gateway may open ${ownConnections}`,
        'Raise max_connections',
      ),
    )
  return found
}

const examinePostgres = async (uri: string): Promise<Finding[]> => {
  try {
    const facts = await inspectServer(uri)
    return [
      versionFinding(facts),
      ...refusals(facts, uri),
      clockFinding('the database', facts.aheadMs, facts.roundTripMs),
    ]
  } catch (error) {
    const [line = ''] = refusal({ type: 'postgres', uri }, error).problems
    return [
      fail(line, 'Start the server, or correct WHATSAPP_DATASTORE_URI; a gateway waits for one that does not answer'),
    ]
  }
}

const examineFile = (file: string): Finding[] => {
  const found = statSync(file, { throwIfNoEntry: false })
  if (!found) return [skip(`SQLite: ${file} is made at the first start`)]
  if (!found.isFile()) return [fail(`${file} is not a file`, 'Name the file of an SQLite database')]
  const unitLog = statSync(`${file}-units`, { throwIfNoEntry: false })
  const companions = unitLog ? `, with ${path.basename(file)}-units` : ''
  return [ok(`SQLite: ${file}, ${inWords(found.size)}${companions}`)]
}

export const databaseCheck: Check = {
  name: 'Database',
  run: ({ config: { storage } }) =>
    storage.type === 'postgres' ? examinePostgres(storage.uri) : examineFile(storage.uri),
}
