import { Worker } from 'node:worker_threads'
import { StorageError } from '../../storage-error.ts'
import { packUnit, unpackOutcome } from './packing.ts'
import type {
  PackedAnswer,
  PackedOutcome,
  PackedRequest,
  ThreadAnswers,
  ThreadOutcome,
  ThreadRequests,
  ThreadResult,
  WorkerSettings,
} from './protocol.ts'
import { sqliteError } from './sqlite-error.ts'
import { StatementIds } from './statement-ids.ts'
import type { BoundStatement } from './thread-statement.ts'

/** What is new here lives for one commit. */
const youngMb = 12

interface Pending {
  readonly resolve: (answer: PackedAnswer) => void
  readonly reject: (error: Error) => void
}

type Question<Request = PackedRequest> = Request extends PackedRequest ? Omit<Request, 'id'> : never

/** One worker thread with one SQLite connection. When the thread dies, all that waits for it rejects and `onFatal` is called once. */
export class SqliteThread {
  readonly #worker: Worker
  readonly #pending = new Map<number, Pending>()
  readonly #ids = new StatementIds()
  #asked: PackedRequest[] = []
  #lastId = 0
  /** Why nothing more is asked. */
  #ended: Error | undefined
  #closed: Promise<void> | undefined

  constructor(settings: WorkerSettings, onFatal: (error: Error) => void) {
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: settings,
      resourceLimits: { maxYoungGenerationSizeMb: youngMb },
    })
    this.#worker.on('message', (answers: ThreadAnswers) => {
      for (const answer of answers) this.#settle(answer)
    })
    const end = (error: Error) => {
      const sudden = this.#ended === undefined
      // Also while it is being closed: what it was asked before still waits.
      this.#fail(error)
      if (sudden) onFatal(error)
    }
    this.#worker.on('error', (cause) => {
      const reason = (cause as { errstr?: string }).errstr ?? (cause instanceof Error ? cause.message : String(cause))
      end(new StorageError('unknown', `The storage thread failed: ${reason}`, { cause }))
    })
    this.#worker.on('messageerror', (cause) => {
      end(new StorageError('unknown', 'An answer of the storage thread could not be read', { cause }))
    })
    this.#worker.on('exit', (code) => end(new StorageError('unknown', `The storage thread ended with code ${code}`)))
  }

  async run(statement: BoundStatement): Promise<ThreadResult> {
    return this.#run('run', statement)
  }

  /** {@link run} for what changes nothing. */
  async read(statement: BoundStatement): Promise<ThreadResult> {
    return this.#run('read', statement)
  }

  async #run(kind: 'run' | 'read', statement: BoundStatement): Promise<ThreadResult> {
    const answer = await this.#ask({ kind, statement: this.#ids.name(statement) })
    return (answer as { result: ThreadResult }).result
  }

  async commit(units: readonly (readonly BoundStatement[])[]): Promise<ThreadOutcome[]> {
    const packed = units.map((unit) => packUnit(unit.map((statement) => this.#ids.name(statement))))
    const answered = this.#ask({ kind: 'commit', units: packed })
    // They were gathered for a whole turn already.
    this.#send()
    const answer = await answered
    return (answer as { outcomes: PackedOutcome[] }).outcomes.map(unpackOutcome)
  }

  /** See {@link ThreadRequest}. */
  async clean(rewrite: boolean): Promise<void> {
    await this.#ask({ kind: 'clean', rewrite })
  }

  /** What was asked before is answered first. @throws when the thread ends by itself instead */
  async close(): Promise<void> {
    if (!this.#ended) this.#closed = this.#close()
    await this.#closed
  }

  async #close(): Promise<void> {
    const exited = new Promise((resolve) => this.#worker.once('exit', resolve))
    const closed = this.#ask({ kind: 'close' })
    this.#ended = new StorageError('unavailable', 'The database is closed')
    await closed
    await exited
  }

  async #ask(question: Question): Promise<PackedAnswer> {
    if (this.#ended) throw this.#ended
    const id = ++this.#lastId
    const answer = await new Promise<PackedAnswer>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject })
      if (this.#asked.length === 0) setImmediate(() => this.#send())
      this.#asked.push({ ...question, id })
    })
    if ('error' in answer) throw sqliteError(answer.error)
    return answer
  }

  #send(): void {
    if (this.#asked.length === 0) return
    const requests: ThreadRequests = { requests: this.#asked, forget: this.#ids.takeForgotten() }
    this.#asked = []
    this.#worker.postMessage(requests)
  }

  #settle(answer: PackedAnswer): void {
    this.#pending.get(answer.id)?.resolve(answer)
    this.#pending.delete(answer.id)
  }

  #fail(error: Error): void {
    this.#ended ??= error
    for (const { reject } of this.#pending.values()) reject(error)
    this.#pending.clear()
  }
}
