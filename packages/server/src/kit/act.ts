/** An act under way: what must not happen twice and has no message id by which WhatsApp would know it again. */
export interface RunningAct {
  /** Chosen before the act, and the same when it is repeated under its key: WhatsApp can recognise the act by it. */
  readonly token: string
  /** Stores what an act of several steps has already made, before its next step. The probe of a repeat gets it. */
  note(made: unknown): Promise<void>
}

/** What an earlier request left under the same key, when a crash or a lost connection cut it off. */
export interface BegunAct {
  readonly token: string
  /** Unix ms. */
  readonly begunAt: number
  /** What {@link RunningAct.note} remembered last. */
  readonly note: unknown
}

/** What a probe found: the answer that the first request would have given; that nothing was done, so that it may be begun again; or that nobody can tell. */
export type ProbeResult<Data> = { readonly found: Data } | 'missing' | 'unknown'

/** The ledger, as an operation uses it. Without an Idempotency-Key nothing is written down. */
export interface ActLedger extends RunningAct {
  readonly begun: BegunAct | undefined
  /** Resolves when it is durable that the act is about to leave. */
  begin(): Promise<void>
  /** The first request did it: this one is a repeat. */
  wasDone(): void
}

/** For operations that are no acts. */
export const noAct: ActLedger = {
  get token(): string {
    throw new Error('this operation is no act')
  },
  note: () => Promise.reject(new Error('this operation is no act')),
  begun: undefined,
  begin: async () => {},
  wasDone: () => {},
}
