/** A statement or transaction that the database refused or lost. */
export class StorageError extends Error {
  override readonly name = 'StorageError'
  readonly kind: StorageErrorKind

  constructor(kind: StorageErrorKind, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.kind = kind
  }
}

export type StorageErrorKind =
  /** A unique key or primary key exists already. Nothing of the unit was applied. */
  | 'unique'
  /** A row that is referred to does not exist. Nothing of the unit was applied. */
  | 'foreign_key'
  /** The statement failed for another reason. Nothing of the unit was applied. */
  | 'failed'
  /** The database could not be reached. Nothing of the unit was applied. */
  | 'unavailable'
  /** The connection broke while the commit was on its way: it may have been applied or not. */
  | 'unknown'

/** The database did not answer, or nobody knows whether it applied the change: it may answer later. */
export const mayPass = (error: unknown): boolean =>
  error instanceof StorageError && (error.kind === 'unavailable' || error.kind === 'unknown')
