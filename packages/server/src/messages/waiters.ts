import type { AppError } from '../errors/app-error.ts'
import type { SendState, Wait } from './messages.ts'

/** How a send ended, or that it waits for a later time. */
export type SendOutcome =
  | { readonly state: SendState; readonly at: number; readonly waits?: Wait }
  | { readonly error: AppError }

type Waiter = (outcome: SendOutcome | undefined) => void

/** Somebody who waits. */
export interface Waiting {
  /** The outcome, or undefined after the bound, or when it was cancelled. */
  readonly outcome: Promise<SendOutcome | undefined>
  cancel(): void
}

/** Requests of this process that wait for the outcome of a send. */
export class Waiters {
  readonly #waiting = new Map<string, Set<Waiter>>()
  #released = false

  wait(deviceId: string, messageId: string, boundMs: number): Waiting {
    if (this.#released) return { outcome: Promise.resolve(undefined), cancel: () => {} }
    const name = `${deviceId} ${messageId}`
    const waiters = this.#waiting.get(name) ?? new Set<Waiter>()
    this.#waiting.set(name, waiters)
    const { promise, resolve } = Promise.withResolvers<SendOutcome | undefined>()
    const done: Waiter = (outcome) => {
      clearTimeout(timer)
      waiters.delete(done)
      if (waiters.size === 0 && this.#waiting.get(name) === waiters) this.#waiting.delete(name)
      resolve(outcome)
    }
    const timer = setTimeout(() => done(undefined), boundMs)
    waiters.add(done)
    return { outcome: promise, cancel: () => done(undefined) }
  }

  settle(deviceId: string, messageId: string, outcome: SendOutcome): void {
    for (const waiter of [...(this.#waiting.get(`${deviceId} ${messageId}`) ?? [])]) waiter(outcome)
  }

  /** Lets every request answer with what is known now, those too that come to wait later: their message may have been on its way to the disk. */
  releaseAll(): void {
    this.#released = true
    for (const waiters of [...this.#waiting.values()]) for (const waiter of [...waiters]) waiter(undefined)
  }
}
