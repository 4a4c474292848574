import type { Statement, StatementResult } from './database.ts'

/** Tells the statements of a unit that is on disk what they did, in their order. */
export function tellDurable(
  unit: readonly Statement[],
  results: readonly StatementResult[],
): readonly StatementResult[] {
  for (const [place, { whenDurable }] of unit.entries()) whenDurable?.(results[place]!)
  return results
}
