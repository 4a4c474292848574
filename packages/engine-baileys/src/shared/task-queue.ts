/** Runs tasks one after another, in the order they were given. A task that fails does not stop the ones behind it. */
export class TaskQueue {
  #tail: Promise<void> = Promise.resolve()
  #stopped = false
  readonly #failed: (error: unknown) => void

  constructor(failed: (error: unknown) => void) {
    this.#failed = failed
  }

  /** Queues a task; after {@link stop} it is dropped. Resolves when it is done, failed or dropped. */
  add(task: () => Promise<void>): Promise<void> {
    this.#tail = this.#tail.then(() => this.#run(task))
    return this.#tail
  }

  /** Drops what has not begun. */
  stop(): void {
    this.#stopped = true
  }

  /** Resolves when nothing runs any more. */
  async settled(): Promise<void> {
    await this.#tail
  }

  async #run(task: () => Promise<void>): Promise<void> {
    if (this.#stopped) return
    try {
      await task()
    } catch (error) {
      this.#failed(error)
    }
  }
}
