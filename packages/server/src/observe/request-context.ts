import { AsyncLocalStorage } from 'node:async_hooks'

/** A request that code works for. */
export interface RunningRequest {
  readonly id: string
  /** Who asks, as the audit names them; undefined where nobody had to say who they are. */
  readonly actor?: string | undefined
  /** From where. */
  readonly address?: string | undefined
}

const current = new AsyncLocalStorage<RunningRequest>()

/** Runs what a request asks for. Every line that is logged on its way carries the request's id, and every change that is noted has its author. */
export const duringRequest = <Result>(request: RunningRequest, run: () => Result): Result => current.run(request, run)

/** Runs what outlives the request that began it, such as a connection: its later lines are not about that request. */
export const beyondRequest = <Result>(run: () => Result): Result => current.exit(run)

/** The request that the running code works for, if any. */
export const currentRequest = (): RunningRequest | undefined => current.getStore()

/** Its id. */
export const currentRequestId = (): string | undefined => current.getStore()?.id
