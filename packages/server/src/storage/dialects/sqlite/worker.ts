import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { returnFreed } from '../../../memory/return-freed.ts'
import { toThreadError } from './apply-unit.ts'
import { LoggedWriter } from './logged-writer.ts'
import { packOutcome, unpackUnit } from './packing.ts'
import { unitsOf } from './private-file.ts'
import type {
  PackedAnswer,
  PackedRequest,
  ThreadRequest,
  ThreadRequests,
  ThreadResult,
  ThreadStatement,
  WorkerSettings,
} from './protocol.ts'
import { StatementCache } from './statement-cache.ts'
import { UnitLog } from './unit-log.ts'

// `node:sqlite` is synchronous and a full commit waits for the disk: it lives here, away from the event loop that serves requests.
const { file, guest } = workerData as WorkerSettings
const port = parentPort
if (!port) throw new Error('This file is a worker')

/** Pages are written when so much was logged, */
const mostLoggedBytes = 4 * 1024 * 1024
/** when the oldest change has been in the log alone for so long, in milliseconds, */
const longestMs = 10_000
/** or when nothing was changed for so long. */
const quietMs = 1_000
/** When hardly anything was asked for so long, memory is given back, */
const restMs = 20_000
/** where so few are what a gateway asks by itself, */
const restQuestions = 20
/** unless fewer questions came before than leave something worth it. */
const worthQuestions = 200
/** Pages of the write-ahead log of SQLite after which they are brought into the database: 16 MiB. */
const walPages = 4096

const database = new DatabaseSync(file, { timeout: 5_000, enableForeignKeyConstraints: true })
database.exec('pragma journal_mode = wal')
database.exec('pragma synchronous = full')
// What is deleted is overwritten.
database.exec('pragma secure_delete = on')
database.exec(`pragma wal_autocheckpoint = ${walPages}`)
database.exec('pragma cache_size = -16000')
database.exec('pragma temp_store = memory')
// SQLite's own knows the case of ASCII letters alone, PostgreSQL's that of every alphabet.
database.function('lower', { deterministic: true }, (text) => (typeof text === 'string' ? text.toLowerCase() : text))
const cache = new StatementCache(database)
const writer = new LoggedWriter(database, cache, new UnitLog(unitsOf(file)))
writer.resume()

// The thread ends when the database is closed, whoever else lives here.
if (guest) void import(guest.url).then(({ start }) => start(guest.data).unref())

let openedAt = 0
let changedAt = 0
let timer: NodeJS.Timeout | undefined

function flushWhenDue(): void {
  clearTimeout(timer)
  timer = undefined
  if (!writer.isOpen) return
  const now = performance.now()
  const due = writer.logged >= mostLoggedBytes || now - openedAt >= longestMs || now - changedAt >= quietMs
  try {
    if (due) writer.flush()
  } catch {
    // Whoever changes something next hears of it.
  }
  if (writer.isOpen) timer = setTimeout(flushWhenDue, quietMs)
}

let questions = 0
let seen = 0
let settled = 0

/** Gives back the garbage of this thread, and pages of the database in memory, which the system has too. */
function rest(): void {
  const asked = questions - seen
  seen = questions
  if (asked > restQuestions || questions - settled < worthQuestions) return
  settled = questions
  database.exec('pragma shrink_memory')
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })
  returnFreed()
}

setInterval(rest, restMs).unref()

function commit(units: readonly (readonly ThreadStatement[])[]) {
  const wasOpen = writer.isOpen
  const outcomes = writer.apply(units)
  changedAt = performance.now()
  if (!wasOpen) openedAt = changedAt
  timer ??= setTimeout(flushWhenDue, quietMs)
  return outcomes
}

function run(kind: 'run' | 'read', statement: ThreadStatement): ThreadResult {
  if (cache.textOf(statement.id).isRead) writer.restore()
  else if (kind === 'read') throw new Error('attempt to write a readonly database')
  // It is not a unit: what it does is in the log of none.
  else writer.flush()
  return cache.run(statement)
}

/** Whole pages may still have copies of what stood in them before SQLite moved it: only a database that is written anew has none. The copy that is made for that
 *  is too large for memory, and lies next to the database. */
function rewrite(): void {
  database.exec('pragma temp_store = file')
  database.exec(`pragma temp_store_directory = '${dirname(file).replaceAll("'", "''")}'`)
  try {
    database.exec('vacuum')
  } finally {
    database.exec('pragma temp_store = memory')
  }
}

/** Takes what was deleted out of the logs, and on request out of the pages. */
function clean(all: boolean): void {
  writer.flush()
  if (all) rewrite()
  const { busy } = database.prepare('pragma wal_checkpoint(truncate)').get() as { busy: number }
  if (busy !== 0) throw new Error('Another process reads the database: its log could not be emptied')
  writer.forget()
}

const unpacked = (request: PackedRequest): ThreadRequest =>
  request.kind === 'commit' ? { ...request, units: request.units.map(unpackUnit) } : request

function answer(request: ThreadRequest): PackedAnswer {
  try {
    if (request.kind === 'commit') return { id: request.id, outcomes: commit(request.units).map(packOutcome) }
    if (request.kind === 'clean') {
      clean(request.rewrite)
      return { id: request.id, result: { rows: [], affected: 0 } }
    }
    if (request.kind !== 'close') return { id: request.id, result: run(request.kind, request.statement) }
    clearTimeout(timer)
    writer.close()
    database.close()
    return { id: request.id, result: { rows: [], affected: 0 } }
  } catch (error) {
    return { id: request.id, error: toThreadError(error) }
  }
}

/** Answers that are ready do not wait longer than this, in milliseconds, for those behind them. */
const patience = 2

port.on('message', ({ requests: packed, forget }: ThreadRequests) => {
  const requests = packed.map(unpacked)
  questions += requests.length
  let answers: PackedAnswer[] = []
  let since = performance.now()
  const send = () => {
    if (answers.length > 0) port.postMessage(answers)
    answers = []
    since = performance.now()
  }
  for (const request of requests) cache.learn(request)
  for (const request of requests) {
    answers.push(answer(request))
    if (performance.now() - since > patience) send()
  }
  send()
  cache.forget(forget)
  if (requests.at(-1)?.kind === 'close') port.close()
  else if (writer.logged >= mostLoggedBytes) flushWhenDue()
})
