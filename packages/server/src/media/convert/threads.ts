import type { Tinypool } from 'tinypool'
import { AppError } from '../../errors/app-error.ts'
import { Gate } from '../../sessions/gate.ts'
import type { Answered, TaskName, Tasks } from './thread/tasks.ts'

/** Two at once; who waits for a place waits before the pool, so that the time of a task counts from its start, and one that is ended leaves nothing behind in the
 *  pool's own queue. */
const width = 2
/** Threads end when nothing was asked of them for so long: decoders keep the memory that they once took. */
const idleMs = 10_000
/** Heap of JavaScript. What is new is swept often: the bytes of a file that was read stay until then. */
const heapMb = 256
const newMb = 4

/** Does work that would hold up the event loop in worker threads, and ends what takes too long. */
export class Threads {
  readonly #gate = new Gate(width)
  #pool: Promise<Tinypool> | undefined
  #closed = false

  #open(): Promise<Tinypool> {
    this.#pool ??= import('tinypool').then(
      ({ Tinypool }) =>
        new Tinypool({
          filename: new URL('./thread/tasks.ts', import.meta.url).href,
          minThreads: 0,
          maxThreads: width,
          idleTimeout: idleMs,
          env: {},
          resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: newMb },
        }),
    )
    return this.#pool
  }

  /** @throws AppError media_unreadable when the task takes longer than `longestMs`, needs too much memory or fails */
  async run<Name extends TaskName>(
    name: Name,
    longestMs: number,
    ...given: Parameters<Tasks[Name]>
  ): Promise<Awaited<ReturnType<Tasks[Name]>>> {
    const leave = await this.#gate.enter()
    try {
      if (this.#closed) throw new AppError('shutting_down')
      const answered = await this.#ask(name, longestMs, given)
      if ('result' in answered) return answered.result as Awaited<ReturnType<Tasks[Name]>>
      const { code, message, details } = answered.refused
      throw new AppError(code, message, details ? { details } : {})
    } finally {
      leave()
    }
  }

  async #ask(name: TaskName, longestMs: number, given: readonly unknown[]): Promise<Answered> {
    const pool = await this.#open()
    const late = AbortSignal.timeout(longestMs)
    try {
      return await pool.run({ name, given }, { signal: late })
    } catch (cause) {
      const tooLarge = (cause as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY'
      const reason = late.aborted ? `takes longer than ${longestMs / 1000} s to work on` : 'cannot be decoded'
      throw new AppError('media_unreadable', `The file ${tooLarge ? 'needs too much memory' : reason}`, { cause })
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    await (await this.#pool)?.destroy()
  }
}
