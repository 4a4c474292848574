import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { applyBatch, toThreadError } from './apply-batch.ts'
import type { ThreadAnswer, ThreadRequest, ThreadRequests, WorkerSettings } from './protocol.ts'
import { StatementCache } from './statement-cache.ts'

// `node:sqlite` is synchronous and a full commit waits for the disk: it lives here, away from the event loop that serves requests.
const { file, readOnly } = workerData as WorkerSettings
const port = parentPort
if (!port) throw new Error('This file is a worker')

const database = new DatabaseSync(file, { readOnly, timeout: 5_000, enableForeignKeyConstraints: true })
if (!readOnly) {
  database.exec('pragma journal_mode = wal')
  database.exec('pragma synchronous = full')
}
database.exec('pragma cache_size = -16000')
database.exec('pragma temp_store = memory')
// SQLite's own knows the case of ASCII letters alone, PostgreSQL's that of every alphabet.
database.function('lower', { deterministic: true }, (text) => (typeof text === 'string' ? text.toLowerCase() : text))
const cache = new StatementCache(database)

function answer(request: ThreadRequest): ThreadAnswer {
  try {
    if (request.kind === 'commit') return { id: request.id, outcomes: applyBatch(database, cache, request.units) }
    if (request.kind === 'run') return { id: request.id, result: cache.run(request.statement) }
    database.close()
    return { id: request.id, result: { rows: [], affected: 0 } }
  } catch (error) {
    return { id: request.id, error: toThreadError(error) }
  }
}

/** Answers that are ready do not wait longer than this, in milliseconds, for those behind them. */
const patience = 2

port.on('message', ({ requests, forget }: ThreadRequests) => {
  let answers: ThreadAnswer[] = []
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
})
