// Compiles the gateway, unless it is compiled already. With `--sizes` it says what came of it, and fails when that is too much.
import path from 'node:path'
import { isFresh } from './built.mjs'
import { bundle } from './bundle.ts'
import { overBudget, sizeLines } from './sizes.ts'

const root = path.resolve(import.meta.dirname, '../..')

try {
  if (!isFresh(root)) await bundle(root)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
if (process.argv.includes('--sizes')) {
  for (const line of sizeLines(root)) console.log(line)
  const faults = overBudget(root)
  for (const fault of faults) console.error(fault)
  if (faults.length > 0) process.exitCode = 1
}
