import { readFileSync } from 'node:fs'
import { stampFile } from './built.mjs'
import type { Stamp } from './bundle.ts'

const kib = 1024

/** Code that a program loads at its start is resident as long as it runs, KiB. */
const mostAtStart: Readonly<Record<string, number>> = { main: 2300, 'sandbox-main': 2900, 'engine-thread': 600 }
/** Threads keep next to nothing in their heaps. */
const mostInThread = 100

const stampOf = (root: string): Stamp => JSON.parse(readFileSync(stampFile(root), 'utf8')) as Stamp

const budgetOf = (name: string): number => mostAtStart[name] ?? mostInThread

/** A line for each program that was built. */
export const sizeLines = (root: string): string[] => {
  const { startBytes, allBytes } = stampOf(root)
  const programs = Object.entries(startBytes).map(
    ([name, bytes]) => `${name}: ${Math.round(bytes / kib)} KiB at its start (at most ${budgetOf(name)})`,
  )
  return [...programs, `All that is built: ${Math.round(allBytes / kib)} KiB`]
}

/** Says which program loads more at its start than it should. */
export const overBudget = (root: string): string[] =>
  Object.entries(stampOf(root).startBytes).flatMap(([name, bytes]) =>
    bytes > budgetOf(name) * kib
      ? [
          `${name} loads ${Math.round(bytes / kib)} KiB at its start, and may load ${budgetOf(name)}: import what is rare when it is needed`,
        ]
      : [],
  )
