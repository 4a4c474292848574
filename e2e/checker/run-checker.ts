import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { CheckOptions, CheckReport } from './run.ts'

export type CheckerOptions = Partial<Omit<CheckOptions, 'env'>>

/** Runs the checker in a process of its own. What happens is printed as it happens. @throws when it ends without a report */
export async function runChecker({ pauseMs, only, ...rest }: CheckerOptions): Promise<CheckReport> {
  const given = { ...rest, pause: pauseMs, only: only?.join(',') || undefined }
  const args = Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, String(value)],
  )
  const program = [join(import.meta.dirname, 'main.ts'), ...args]
  const child = spawn(process.execPath, program, { stdio: ['ignore', 'pipe', 'pipe'] })
  let happened = ''
  child.stderr.on('data', (chunk) => {
    happened = (happened + chunk).slice(-20_000)
    process.stderr.write(chunk)
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const printed = await text(child.stdout)
  const code = await ended
  const line = printed.trim().split('\n').at(-1) ?? ''
  if (!line.startsWith('{')) throw new Error(`the checker ended with ${code} and without a report: ${happened}`)
  return JSON.parse(line) as CheckReport
}
