import { StorageError, type StorageErrorKind } from '../../storage-error.ts'
import type { WireError } from './protocol.ts'

// https://www.sqlite.org/rescode.html#extrc
const kinds: Readonly<Record<number, StorageErrorKind>> = { 2067: 'unique', 1555: 'unique', 787: 'foreign_key' }

export const sqliteError = ({ message, errcode }: WireError): StorageError =>
  new StorageError(kinds[errcode ?? 0] ?? 'failed', message)
