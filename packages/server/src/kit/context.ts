import type { Services } from '../gateway/services.ts'
import type { ServedFile } from '../media/served-file.ts'
import type { AuthKind, KnownPrincipal, PrincipalFor } from '../tenants/principals.ts'
import type { RunningAct } from './act.ts'

export type { AuthKind }

export interface NoPrincipal {
  readonly kind: 'none'
}

export type Principal = KnownPrincipal | NoPrincipal

export type PrincipalOf<Auth extends AuthKind> = Auth extends 'none' ? NoPrincipal : PrincipalFor<Auth>

/** What another operation is asked for, as a request says it. */
export interface Performing {
  readonly params?: Readonly<Record<string, unknown>>
  readonly query?: Readonly<Record<string, unknown>>
  readonly body?: Readonly<Record<string, unknown>>
  readonly idempotencyKey?: string | undefined
}

/** What another operation answered: the `data` of its envelope, or a file. */
export interface Performed {
  readonly data: unknown
  readonly file?: ServedFile
}

/** Asks another operation, with everything that its own route does: validation, `Idempotency-Key`, the check of its answer.
 *  @param id such as `messaging.sendText`, of an operation with the same kind of `auth`. @throws AppError what its route would answer */
export type Perform = (id: string, said: Performing) => Promise<Performed>

/** What an operation may reach. It never sees a request or a reply, and neither the database nor the engine: domains own those. */
export interface Context<Caller extends Principal = Principal> extends Omit<Services, 'database' | 'engine' | 'spool'> {
  readonly principal: Caller
  readonly requestId: string
  /** Aborts when the client went away. */
  readonly signal: AbortSignal
  /** Where the request comes from, for limits of an address. */
  readonly callerAddress: string
  /** Address of this API as the caller reached it, for links: scheme, host and base path, without a slash at the end. */
  readonly baseUrl: string
  /** Sets a header of the answer, also of one that becomes an error. */
  setHeader(name: string, value: string): void
  /** A header of the request, for what the envelope has no place for. */
  requestHeader(name: string): string | undefined
  /** Asks another operation for the same caller. */
  readonly perform: Perform
  /** Value of `Idempotency-Key`, when the operation takes one. */
  readonly idempotencyKey: string | undefined
  /** Message id bound to that key before `run`: hand it to `messages.send`, so that a repeat after a crash meets the same message instead of making another. */
  readonly messageId: string | undefined
  /** Of an operation that is an `act`. */
  readonly act: RunningAct
}
