import { readFileSync } from 'node:fs'
import { stampFile } from './built.mjs'
import type { Stamp } from './bundle.ts'

const kib = 1024

/** Code that a program loads at its start is resident as long as it runs, KiB. */
const mostAtStart: Readonly<Record<string, number>> = {
  main: 2330,
  'sandbox-main': 2900,
  'import-main': 1500,
  'backup-main': 1500,
  'restore-main': 1500,
  'world-main': 1500,
  'config-main': 600,
  'doctor-main': 900,
  'engine-thread': 600,
}
/** Threads keep next to nothing in their heaps. */
const mostInThread = 100
/** What the web console may have a browser load, compressed, KiB: before it shows anything, and ever. */
const mostOfConsole = { first: 60, all: 150 }

const inKib = (bytes: number): string => (bytes / kib).toFixed(1)

const stampOf = (root: string): Stamp => JSON.parse(readFileSync(stampFile(root), 'utf8')) as Stamp

const budgetOf = (name: string): number => mostAtStart[name] ?? mostInThread

/** A line for each program that was built. */
export const sizeLines = (root: string): string[] => {
  const { startBytes, allBytes, console: page } = stampOf(root)
  const programs = Object.entries(startBytes).map(
    ([name, bytes]) => `${name}: ${Math.round(bytes / kib)} KiB at its start (at most ${budgetOf(name)})`,
  )
  const { first, all } = mostOfConsole
  return [
    ...programs,
    `All that is built: ${Math.round(allBytes / kib)} KiB`,
    `console: ${inKib(page.firstBytes)} KiB at first load (at most ${first}), ${inKib(page.allBytes)} KiB in all (at most ${all}), compressed`,
  ]
}

const overConsole = ({ console: { firstBytes, allBytes } }: Stamp): string[] => {
  const faults = []
  if (firstBytes > mostOfConsole.first * kib)
    faults.push(
      `The console loads ${inKib(firstBytes)} KiB first, and may load ${mostOfConsole.first}: import it in a screen`,
    )
  if (allBytes > mostOfConsole.all * kib)
    faults.push(`The console is ${inKib(allBytes)} KiB in all, and may be ${mostOfConsole.all}`)
  return faults
}

const overAtStart = ({ startBytes }: Stamp): string[] =>
  Object.entries(startBytes).flatMap(([name, bytes]) =>
    bytes > budgetOf(name) * kib
      ? [
          `${name} loads ${Math.round(bytes / kib)} KiB at its start, and may load ${budgetOf(name)}: import what is rare when it is needed`,
        ]
      : [],
  )

/** Says what loads more than it should. */
export const overBudget = (root: string): string[] => {
  const stamp = stampOf(root)
  return [...overAtStart(stamp), ...overConsole(stamp)]
}
