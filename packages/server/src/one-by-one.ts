/** Runs tasks of the same name one after another, in the order in which they were given, and others at once. A task that fails does not stop the next. */
export class OneByOne {
  readonly #last = new Map<string, Promise<void>>()

  run<Result>(name: string, task: () => Promise<Result>): Promise<Result> {
    const result = (this.#last.get(name) ?? Promise.resolve()).then(task)
    const ended = result.then(
      () => {},
      () => {},
    )
    this.#last.set(name, ended)
    void ended.then(() => this.#last.get(name) === ended && this.#last.delete(name))
    return result
  }
}
