import type { Bindable } from '../../bindable.ts'

// What the threads of the SQLite dialect say to each other. Everything here survives a structured clone.

export interface WireStatement {
  readonly sql: string
  readonly parameters: readonly Bindable[]
  /** The unit fails when this statement touched or returned no row. */
  readonly required: boolean
}

export interface WireResult {
  readonly rows: Record<string, unknown>[]
  readonly affected: number
}

export interface WireError {
  readonly message: string
  /** SQLite's extended result code, when it came from there. */
  readonly errcode: number | undefined
}

export type WireOutcome =
  | { readonly results: WireResult[] }
  /** The statement at this place touched no row. */
  | { readonly missedAt: number }
  | { readonly error: WireError }

export type WireRequest =
  | { readonly id: number; readonly kind: 'commit'; readonly units: readonly (readonly WireStatement[])[] }
  | { readonly id: number; readonly kind: 'run'; readonly statement: WireStatement }
  | { readonly id: number; readonly kind: 'close' }

export type WireAnswer =
  | { readonly id: number; readonly outcomes: WireOutcome[] }
  | { readonly id: number; readonly result: WireResult }
  | { readonly id: number; readonly error: WireError }

export interface WorkerSettings {
  readonly file: string
  readonly readOnly: boolean
}
