import type { CompiledQuery } from 'kysely'
import { type Bindable, bindable } from '../../bindable.ts'
import type { ThreadStatement } from './protocol.ts'

/** A statement with its values, before it has an id. */
export type BoundStatement = Omit<ThreadStatement, 'id'> & { readonly sql: string }

/** A structured clone takes the whole buffer behind a view along, and small Buffers share one of many KiB. */
const compact = (value: Bindable): Bindable =>
  value instanceof Uint8Array && value.byteLength !== value.buffer.byteLength ? new Uint8Array(value) : value

/** @throws TypeError when a parameter is of a kind that cannot be stored. */
export const toThreadStatement = (query: CompiledQuery, required = false): BoundStatement => ({
  sql: query.sql,
  parameters: query.parameters.map((value) => compact(bindable(value))),
  required,
})
