import type { Bindable } from '../../bindable.ts'

// What the threads of the SQLite dialect say to each other. Everything here survives a structured clone.

export interface ThreadStatement {
  /** Stands for the text. */
  readonly id: number
  /** Only the first time. */
  readonly sql?: string
  readonly parameters: readonly Bindable[]
  /** The unit fails when this statement touched or returned no row. */
  readonly required: boolean
}

export interface ThreadResult {
  readonly rows: Record<string, unknown>[]
  readonly affected: number
}

export interface ThreadError {
  readonly message: string
  /** SQLite's extended result code, when it came from there. */
  readonly errcode: number | undefined
}

export type ThreadOutcome =
  | { readonly results: ThreadResult[] }
  /** The statement at this place touched no row. */
  | { readonly missedAt: number }
  | { readonly error: ThreadError }

export type ThreadRequest =
  | { readonly id: number; readonly kind: 'commit'; readonly units: readonly (readonly ThreadStatement[])[] }
  /** `read`: it is refused when it would change something. */
  | { readonly id: number; readonly kind: 'run' | 'read'; readonly statement: ThreadStatement }
  /** Takes what was deleted out of the files next to the database. `rewrite`: and out of the database. */
  | { readonly id: number; readonly kind: 'clean'; readonly rewrite: boolean }
  | { readonly id: number; readonly kind: 'close' }

/** Statements one after the other: number, text or null, whether it is required, how many values follow, and these. */
export type PackedUnit = (Bindable | boolean)[]

/** For each statement its rows, or else how many it touched; for a unit that failed the place where, or why. */
export type PackedOutcome = (ThreadResult['rows'] | number)[] | number | ThreadError

/** A request as it is sent. */
export type PackedRequest =
  | Exclude<ThreadRequest, { readonly kind: 'commit' }>
  | { readonly id: number; readonly kind: 'commit'; readonly units: readonly PackedUnit[] }

/** An answer as it is sent. */
export type PackedAnswer =
  | { readonly id: number; readonly outcomes: PackedOutcome[] }
  | { readonly id: number; readonly result: ThreadResult }
  | { readonly id: number; readonly error: ThreadError }

/** What was asked in one turn of the event loop: to wake a thread costs more than most of what it is asked. */
export interface ThreadRequests {
  readonly requests: readonly PackedRequest[]
  /** Ids of statements that are not used any more, after these requests. */
  readonly forget: readonly number[]
}

/** Answers in the order of the requests; those of one message to the thread may come in several. */
export type ThreadAnswers = readonly PackedAnswer[]

/** Something else that lives in the thread, because it does next to nothing and a thread is dear. Its module has `start(data)`, which returns a timer. */
export interface ThreadGuest {
  readonly url: string
  readonly data: unknown
}

export interface WorkerSettings {
  readonly file: string
  readonly guest?: ThreadGuest
}
