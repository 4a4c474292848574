import { StorageError, type StorageErrorKind } from '../../storage-error.ts'
import type { ThreadError } from './protocol.ts'

// https://www.sqlite.org/rescode.html
const kinds: Readonly<Record<number, StorageErrorKind>> = { 2067: 'unique', 1555: 'unique', 787: 'foreign_key' }
/** Busy, locked, read-only, input/output, full, cannot be opened: somebody may make room, give the disk back or let the file go. */
const passing = new Set([5, 6, 8, 10, 13, 14])

const kindOf = (errcode: number): StorageErrorKind =>
  kinds[errcode] ?? (passing.has(errcode & 0xff) ? 'unavailable' : 'failed')

export const sqliteError = ({ message, errcode }: ThreadError): StorageError =>
  new StorageError(kindOf(errcode ?? 0), message)
