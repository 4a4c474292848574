import type { SyncActionValue } from '../../wire/proto/index.ts'

/** A record as the phone holds it: opened and checked. */
export interface AppStateRecord {
  readonly collection: string
  /** What it is about: the action's name, then whom or what it concerns. */
  readonly index: readonly string[]
  readonly value: SyncActionValue
  /** Of the action's shape; the same for every record of one action. */
  readonly version: number
}
