import type { Bindable } from '../../bindable.ts'
import type { PackedOutcome, PackedUnit, ThreadOutcome, ThreadResult, ThreadStatement } from './protocol.ts'

// An object is cloned with the names of its fields, each time. What crosses the threads most often crosses as lists.

export function packUnit(statements: readonly ThreadStatement[]): PackedUnit {
  const packed: PackedUnit = []
  for (const { id, sql, required, parameters } of statements) {
    packed.push(id, sql ?? null, required, parameters.length)
    for (const value of parameters) packed.push(value)
  }
  return packed
}

export function unpackUnit(packed: PackedUnit): ThreadStatement[] {
  const statements: ThreadStatement[] = []
  for (let at = 0; at < packed.length; ) {
    const [id, sql, required, length] = packed.slice(at, at + 4) as [number, string | null, boolean, number]
    const parameters = packed.slice(at + 4, at + 4 + length) as Bindable[]
    statements.push({ id, ...(sql !== null && { sql }), parameters, required })
    at += 4 + length
  }
  return statements
}

export function packOutcome(outcome: ThreadOutcome): PackedOutcome {
  if ('error' in outcome) return outcome.error
  if ('missedAt' in outcome) return outcome.missedAt
  return outcome.results.map(({ rows, affected }) => (rows.length > 0 ? rows : affected))
}

const unpackResult = (packed: ThreadResult['rows'] | number): ThreadResult =>
  typeof packed === 'number' ? { rows: [], affected: packed } : { rows: packed, affected: packed.length }

export function unpackOutcome(packed: PackedOutcome): ThreadOutcome {
  if (Array.isArray(packed)) return { results: packed.map(unpackResult) }
  return typeof packed === 'number' ? { missedAt: packed } : { error: packed }
}
