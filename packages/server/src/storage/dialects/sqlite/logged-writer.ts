import { randomInt } from 'node:crypto'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { applyUnit } from './apply-unit.ts'
import type { ThreadOutcome, ThreadStatement } from './protocol.ts'
import type { StatementCache } from './statement-cache.ts'
import type { LoggedStatement } from './unit-codec.ts'
import type { UnitLog } from './unit-log.ts'

/** After the pages could not be written, so long until it is tried again, in milliseconds. */
const pauseMs = 1_000

// https://www.sqlite.org/rescode.html
const inputOutput = 10
const full = 13
/** Busy, input or output, full: it may work later. */
const passing = new Set([5, inputOutput, full])
const fullOfSystem = new Set(['ENOSPC', 'EFBIG', 'EDQUOT'])

/** What the log met, in the words and by the number of the database. */
function logFailure(cause: unknown): Error {
  const isFull = fullOfSystem.has((cause as NodeJS.ErrnoException).code ?? '')
  const said = new Error(isFull ? 'database or disk is full' : 'disk I/O error', { cause })
  return Object.assign(said, { errcode: isFull ? full : inputOutput })
}

/** Applies units in one long transaction. What they do is on disk in the {@link UnitLog} when they are answered; the pages that they change are written when
 *  the transaction is committed, once for all of its units. After a crash the log is applied again: the database names, in its `user_version`, the log that
 *  continues it, and each commit names the next one; 0 says that there is none. Units are applied one at a time and read nothing but the database, so that the
 *  same comes of them. */
export class LoggedWriter {
  readonly #database: DatabaseSync
  readonly #cache: StatementCache
  readonly #log: UnitLog
  #isOpen = false
  /** There are units in the log alone: it has to be applied again, and takes nothing more until that is committed. */
  #owes = false
  /** The log took no more. */
  #isStuck = false
  #failure: { readonly error: unknown; readonly at: number } | undefined

  constructor(database: DatabaseSync, cache: StatementCache, log: UnitLog) {
    this.#database = database
    this.#cache = cache
    this.#log = log
  }

  /** There are changes that are in the log and in no page. */
  get isOpen(): boolean {
    return this.#isOpen || this.#owes
  }

  /** Bytes of the log. */
  get logged(): number {
    return this.#log.size
  }

  /** Applies what a process before left in the log. Where there is no room for its pages, they are tried again with the next change. */
  resume(): void {
    this.#owes = this.#read(this.#nameInDatabase()).length > 0
    try {
      this.flush()
    } catch (error) {
      if (!passing.has(Number((error as { errcode?: number }).errcode) & 0xff)) throw error
    }
  }

  /** Makes what was answered visible, after the transaction was lost. */
  restore(): void {
    if (this.#owes && !this.#isOpen) this.#begin()
  }

  /** Applies units, each whole or not at all, and returns when they are on disk. @throws when all of them failed; then nothing of them remains */
  apply(units: readonly (readonly ThreadStatement[])[]): ThreadOutcome[] {
    do {
      if (this.#owes || this.#isStuck) this.#makeRoom()
      this.#begin()
      // Once more when it found what another process had left.
    } while (this.#owes)
    this.#cache.control('savepoint batch')
    try {
      const outcomes = this.#applyAll(units)
      this.#append(units.flatMap((unit, place) => ('results' in outcomes[place]! ? unit : [])))
      this.#cache.control('release batch')
      return outcomes
    } catch (error) {
      this.#takeBack()
      throw error
    }
  }

  /** Hardly any unit fails, and a savepoint copies each page that changes behind it: units share that of their batch, and are applied once more when one of them has
   *  failed, each behind its own. */
  #applyAll(units: readonly (readonly ThreadStatement[])[]): ThreadOutcome[] {
    const apply = (savepoint: 'batch' | 'unit') => {
      const outcomes: ThreadOutcome[] = []
      for (const unit of units) {
        const outcome = applyUnit(this.#database, this.#cache, unit, savepoint)
        if (!('results' in outcome) && savepoint === 'batch' && units.length > 1) return undefined
        outcomes.push(outcome)
      }
      return outcomes
    }
    return apply('batch') ?? apply('unit')!
  }

  /** Writes the pages. @throws when that failed; nothing is lost then, and it is tried again */
  flush(): void {
    if (!this.isOpen) return
    try {
      this.#begin()
      this.#commit()
      this.#isOpen = false
      this.#owes = false
      this.#isStuck = false
      this.#failure = undefined
    } catch (error) {
      if (this.#database.isTransaction) this.#cache.control('rollback')
      this.#lose()
      this.#failure = { error, at: performance.now() }
      throw error
    }
  }

  /** Writes the pages if that is possible, so that the database is whole without a log; what is not written stays in the log. */
  close(): void {
    try {
      this.flush()
      this.#cache.control('begin immediate')
      // Another process may have begun a log in the same file.
      if (this.#nameInDatabase() === this.#log.name) {
        this.#database.exec('pragma user_version = 0')
        this.#log.empty()
        this.#cache.control('commit')
      }
    } catch {
      // The next process applies the log.
    }
    if (this.#database.isTransaction) this.#cache.control('rollback')
    this.#log.close()
  }

  /** Empties the file of the log, where everything is in pages: what was logged before stands there otherwise, until it is written over. */
  forget(): void {
    if (!this.isOpen) this.#log.empty()
  }

  #makeRoom(): void {
    if (this.#failure && performance.now() - this.#failure.at < pauseMs) throw this.#failure.error
    this.flush()
  }

  #begin(): void {
    if (this.#isOpen) return
    this.#cache.control('begin immediate')
    try {
      // Another process may have been here in between, and may have died with units in its log. A log has the units of one process.
      while (this.#owes || this.#nameInDatabase() !== this.#log.name) {
        this.#replay()
        if (this.#owes) break
        this.#make()
        this.#commit()
        this.#cache.control('begin immediate')
      }
      this.#isOpen = true
    } catch (error) {
      if (this.#database.isTransaction) this.#cache.control('rollback')
      throw error
    }
  }

  /** Ends the transaction. What comes after it is in a log of another name. */
  #commit(): void {
    const next = randomInt(1, 2 ** 31)
    this.#database.exec(`pragma user_version = ${next}`)
    this.#cache.control('commit')
    this.#log.begin(next)
  }

  #replay(): void {
    const logged = this.#read(this.#nameInDatabase())
    const prepared = new Map<string, StatementSync>()
    for (const { sql, parameters } of logged) {
      const statement = prepared.get(sql) ?? this.#database.prepare(sql)
      prepared.set(sql, statement)
      statement.all(...parameters)
    }
    this.#owes = logged.length > 0
  }

  /** The file is there before the database names it: where it is not, it is missing. */
  #make(): void {
    try {
      this.#log.make()
    } catch (error) {
      throw logFailure(error)
    }
  }

  #read(name: number): LoggedStatement[] {
    try {
      return this.#log.read(name)
    } catch (error) {
      throw logFailure(error)
    }
  }

  #append(statements: readonly ThreadStatement[]): void {
    const changes = statements.flatMap(({ id, parameters }) => {
      const { sql, isRead } = this.#cache.textOf(id)
      return isRead ? [] : [{ sql, parameters }]
    })
    if (changes.length === 0) return
    try {
      this.#log.append(changes)
    } catch (error) {
      this.#isStuck = true
      throw logFailure(error)
    }
  }

  #takeBack(): void {
    if (!this.#database.isTransaction) {
      this.#lose()
      return
    }
    this.#cache.control('rollback to batch')
    this.#cache.control('release batch')
  }

  /** The transaction has ended without a commit. */
  #lose(): void {
    this.#isOpen = false
    this.#owes ||= this.#log.size > 0
  }

  #nameInDatabase(): number {
    return Number(this.#cache.control('pragma user_version')!['user_version'])
  }
}
