/** Runs tasks one after another, in the order they were given. A task that fails does not stop the ones behind it. */
export class TaskQueue {
  #tail: Promise<unknown> = Promise.resolve()
  #stopped = false
  readonly #failed: (error: unknown) => void

  constructor(failed: (error: unknown) => void) {
    this.#failed = failed
  }

  /** Queues a task; after {@link stop} it is dropped. Resolves when it is done, with true, or with false when it failed or was dropped. */
  add(task: () => Promise<void>): Promise<boolean> {
    const ran = this.#tail.then(() => this.#run(task))
    this.#tail = ran
    return ran
  }

  /** Drops what has not begun. */
  stop(): void {
    this.#stopped = true
  }

  /** Resolves when nothing runs any more. */
  async settled(): Promise<void> {
    await this.#tail
  }

  async #run(task: () => Promise<void>): Promise<boolean> {
    if (this.#stopped) return false
    try {
      await task()
      return true
    } catch (error) {
      this.#failed(error)
      return false
    }
  }
}
