import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StatementResult } from '../../database.ts'
import type { UnitOutcome } from '../../group-commit.ts'
import { StorageError } from '../../storage-error.ts'
import { isConflict, isConnectionLoss, postgresError } from './postgres-error.ts'
import { type PreparedQuery, WriterConnection } from './writer-connection.ts'

export interface PreparedStatement extends PreparedQuery {
  readonly orElse: (() => Error) | undefined
}

export type PreparedUnit = readonly PreparedStatement[]

const maxAttempts = 6
/** How often a lost commit is asked after, each time with the connection's own patience of some seconds. */
const maxQuestions = 3
const control = (text: string): PreparedQuery => ({ text, values: [] })

const leaveMark = `insert into commit_mark (writer, number, at) values ($1, $2, $3)
  on conflict (writer) do update set number = excluded.number, at = excluded.at`
// Waits for a transaction of the lost connection that is still being committed: both want the same row.
const readMark = `insert into commit_mark (writer, number, at) values ($1, 0, $2)
  on conflict (writer) do update set at = excluded.at returning number`

/** A unit's own failure, as opposed to one of its transaction. */
class UnitFailure {
  readonly error: Error
  constructor(error: Error) {
    this.error = error
  }
}

/** Applies batches of units on one connection, one transaction at a time. Each transaction leaves a numbered mark: when the connection is lost during a
 *  commit, the mark tells whether it was applied. */
export class PostgresWriter {
  readonly #connection: WriterConnection
  readonly #name = randomUUID()
  #transaction = 0

  constructor(uri: string) {
    this.#connection = new WriterConnection(uri)
  }

  connect(): Promise<void> {
    return this.#connection.connect()
  }

  async close(): Promise<void> {
    const forget = { text: 'delete from commit_mark where writer = $1', values: [this.#name] }
    if (this.#transaction > 0) await this.#connection.send(forget).catch(() => {})
    await this.#connection.close()
  }

  /** @throws StorageError `unavailable` when certainly nothing was applied, `unknown` when the connection broke during the commit and the database did not
   *  come back in time to say what became of it. */
  async apply(units: readonly PreparedUnit[]): Promise<readonly UnitOutcome[]> {
    for (let attempt = 1; ; attempt++) {
      await this.#connection.connect()
      try {
        return await this.#applyOnce(units)
      } catch (error) {
        await this.#clear(error)
        if (!isConflict(error) && !isConnectionLoss(error)) throw postgresError(error)
        if (attempt >= maxAttempts) {
          throw new StorageError('unavailable', 'The transaction could not be finished', { cause: error })
        }
        await sleep(Math.random() * 10 * 2 ** attempt)
      }
    }
  }

  /** Leaves no transaction open behind a failure. */
  async #clear(error: unknown): Promise<void> {
    const lost = isConnectionLoss(error) || (error instanceof StorageError && error.kind === 'unknown')
    if (
      !lost &&
      (await this.#connection.send(control('rollback')).then(
        () => true,
        () => false,
      ))
    )
      return
    this.#connection.drop()
  }

  async #applyOnce(units: readonly PreparedUnit[]): Promise<readonly UnitOutcome[]> {
    const results = await this.#applyTogether(units)
    if (!(results instanceof UnitFailure)) return results.map((result) => ({ results: result }))
    if (units.length === 1) return [{ error: results.error }]
    return await this.#applyApart(units)
  }

  /** The usual case: every statement of every unit in one burst, no savepoints. When one fails, nothing was applied. */
  async #applyTogether(units: readonly PreparedUnit[]): Promise<StatementResult[][] | UnitFailure> {
    const begun = this.#connection.send(control('begin'))
    const running = units.map((unit) => this.#runUnit(unit))
    const [applied] = await Promise.all([Promise.all(running), begun, this.#leaveMark()])
    const failure = applied.find((result) => result instanceof UnitFailure)
    if (failure) {
      await this.#connection.send(control('rollback'))
      return failure
    }
    await this.#commit()
    return applied as StatementResult[][]
  }

  /** The same with a savepoint each, so that a unit that fails leaves its neighbours. */
  async #applyApart(units: readonly PreparedUnit[]): Promise<UnitOutcome[]> {
    const outcomes: UnitOutcome[] = []
    await this.#connection.send(control('begin'))
    for (const unit of units) {
      const [, result] = await Promise.all([this.#connection.send(control('savepoint unit')), this.#runUnit(unit)])
      if (result instanceof UnitFailure) await this.#connection.send(control('rollback to savepoint unit'))
      await this.#connection.send(control('release savepoint unit'))
      outcomes.push(result instanceof UnitFailure ? { error: result.error } : { results: result })
    }
    await this.#leaveMark()
    await this.#commit()
    return outcomes
  }

  async #runUnit(unit: PreparedUnit): Promise<StatementResult[] | UnitFailure> {
    const settled = await Promise.allSettled(unit.map((statement) => this.#connection.send(statement)))
    const results: StatementResult[] = []
    let missed: UnitFailure | undefined
    for (const [place, outcome] of settled.entries()) {
      if (outcome.status === 'rejected') {
        if (isConflict(outcome.reason) || isConnectionLoss(outcome.reason)) throw outcome.reason
        return missed ?? new UnitFailure(postgresError(outcome.reason))
      }
      const { rows, rowCount } = outcome.value
      const orElse = unit[place]?.orElse
      if (orElse && !rowCount) missed ??= new UnitFailure(orElse())
      results.push({ rows, affected: rowCount ?? 0 })
    }
    return missed ?? results
  }

  async #leaveMark(): Promise<void> {
    const values = [this.#name, ++this.#transaction, Date.now()]
    await this.#connection.send({ text: leaveMark, values }).catch((error) => {
      // Behind a statement that failed nothing runs; that failure is the one that counts.
      if (isConnectionLoss(error)) throw error
    })
  }

  async #commit(): Promise<void> {
    const answer = await this.#connection.send(control('commit')).catch(async (cause) => {
      if (isConnectionLoss(cause) && (await this.#wasCommitted(cause))) return { command: 'COMMIT' }
      throw cause
    })
    if (answer.command !== 'COMMIT') throw new StorageError('failed', 'The database rolled the transaction back')
  }

  async #wasCommitted(cause: unknown): Promise<boolean> {
    for (let question = 1; ; question++) {
      try {
        this.#connection.drop()
        await this.#connection.connect()
        const values = [this.#name, Date.now()]
        const { rows } = await this.#connection.send({ text: readMark, values })
        return Number(rows[0]?.['number']) === this.#transaction
      } catch {
        if (question < maxQuestions) continue
        throw new StorageError('unknown', 'The connection broke during a commit: it may have been applied or not', {
          cause,
        })
      }
    }
  }
}
