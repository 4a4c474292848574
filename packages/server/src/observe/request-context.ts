import { AsyncLocalStorage } from 'node:async_hooks'

const current = new AsyncLocalStorage<string>()

/** Runs what a request asks for. Every line that is logged on its way carries the request's id. */
export const duringRequest = <Result>(requestId: string, run: () => Result): Result => current.run(requestId, run)

/** Runs what outlives the request that began it, such as a connection: its later lines are not about that request. */
export const beyondRequest = <Result>(run: () => Result): Result => current.exit(run)

/** The request that the running code works for, if any. */
export const currentRequestId = (): string | undefined => current.getStore()
