import type { CompiledQuery } from 'kysely'
import { bindableText } from '../../bindable.ts'
import type { SqliteValue, WireStatement } from './protocol.ts'

function bindable(value: unknown): SqliteValue {
  if (typeof value === 'string') return bindableText(value)
  if (value === null || typeof value === 'number' || typeof value === 'bigint') return value
  if (value instanceof Uint8Array) {
    // A structured clone takes the whole buffer behind a view along; small Buffers share one of many KiB.
    return value.byteLength === value.buffer.byteLength ? value : new Uint8Array(value)
  }
  throw new TypeError(`A ${value === undefined ? 'undefined' : typeof value} cannot be stored`)
}

export const toWireStatement = (query: CompiledQuery, required = false): WireStatement => ({
  sql: query.sql,
  parameters: query.parameters.map(bindable),
  required,
})
