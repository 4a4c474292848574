import { type ChildProcess, spawn } from 'node:child_process'
import { findProgram } from '../../process/find-program.ts'

const addressSpaceBytes = 3 * 1024 ** 3
const largestResultBytes = 256 * 1024 ** 2
const cores = 4

export interface Finished {
  /** Null when it was ended. */
  readonly code: number | null
  /** It was ended because its time was over. */
  readonly late: boolean
  /** The end of what it said. */
  readonly said: string
  readonly output: Buffer
}

/** Starts programs that may do little: no shell, no environment, bounded in time, and in memory, processor time and output where the system has prlimit. */
export class ChildPrograms {
  readonly #running = new Set<ChildProcess>()

  run(program: string, given: readonly string[], limitMs: number): Promise<Finished> {
    // A child gets no environment, so that it has no PATH either.
    const limiter = findProgram('prlimit')
    const limits = [
      `--as=${addressSpaceBytes}`,
      `--fsize=${largestResultBytes}`,
      `--cpu=${Math.ceil(limitMs / 1000) * cores}`,
      '--core=0',
      '--nofile=64',
    ]
    const [command, ...before] = limiter ? [limiter, ...limits, program] : [program]
    return new Promise((resolve, reject) => {
      const child = spawn(command!, [...before, ...given], { env: {}, stdio: ['ignore', 'pipe', 'pipe'] })
      this.#running.add(child)
      let late = false
      const timer = setTimeout(() => {
        late = true
        child.kill('SIGKILL')
      }, limitMs)
      let said = ''
      const output: Buffer[] = []
      child.stderr.on('data', (part: Buffer) => {
        said = (said + part.toString()).slice(-2000)
      })
      child.stdout.on('data', (part: Buffer) => output.push(part))
      const settle = (): void => {
        clearTimeout(timer)
        this.#running.delete(child)
      }
      child.on('error', (error) => {
        settle()
        reject(error)
      })
      child.on('close', (code) => {
        settle()
        resolve({ code, late, said, output: Buffer.concat(output) })
      })
    })
  }

  /** Ends what runs. */
  close(): void {
    for (const child of this.#running) child.kill('SIGKILL')
  }
}
