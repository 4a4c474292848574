import type { Logger } from '@switchboard/engine'
import { ObjectMissing, type ObjectStore } from './object-store.ts'

/** How a store of files does, as far as its last act tells. */
export type StoreState = { readonly works: true } | { readonly works: false; readonly error: string }

/** A store of files that remembers whether its last act succeeded, and logs when that changes: thousands of files must not make thousands of lines. */
export class WatchedStore implements ObjectStore {
  readonly #store: ObjectStore
  readonly #logger: Logger
  state: StoreState = { works: true }

  constructor(store: ObjectStore, logger: Logger) {
    this.#store = store
    this.#logger = logger
  }

  put(...args: Parameters<ObjectStore['put']>): Promise<void> {
    return this.#watched(this.#store.put(...args))
  }

  read(...args: Parameters<ObjectStore['read']>): ReturnType<ObjectStore['read']> {
    return this.#watched(this.#store.read(...args))
  }

  remove(...args: Parameters<ObjectStore['remove']>): Promise<void> {
    return this.#watched(this.#store.remove(...args))
  }

  async #watched<Result>(act: Promise<Result>): Promise<Result> {
    try {
      const result = await act
      this.#worked()
      return result
    } catch (error) {
      if (error instanceof ObjectMissing) this.#worked()
      else this.#failed(error)
      throw error
    }
  }

  #worked(): void {
    if (!this.state.works) this.#logger.info({}, 'the store of files works again')
    this.state = { works: true }
  }

  #failed(error: unknown): void {
    if (this.state.works) this.#logger.error({ err: error }, 'the store of files fails')
    this.state = { works: false, error: error instanceof Error ? error.message : String(error) }
  }
}
