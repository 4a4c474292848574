import type { Services } from '../gateway/services.ts'
import type { AuthKind, KnownPrincipal, PrincipalFor } from '../tenants/principals.ts'
import type { RunningAct } from './act.ts'

export type { AuthKind }

export interface NoPrincipal {
  readonly kind: 'none'
}

export type Principal = KnownPrincipal | NoPrincipal

export type PrincipalOf<Auth extends AuthKind> = Auth extends 'none' ? NoPrincipal : PrincipalFor<Auth>

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
  /** Value of `Idempotency-Key`, when the operation takes one. */
  readonly idempotencyKey: string | undefined
  /** Message id bound to that key before `run`: hand it to `messages.send`, so that a repeat after a crash meets the same message instead of making another. */
  readonly messageId: string | undefined
  /** Of an operation that is an `act`. */
  readonly act: RunningAct
}
