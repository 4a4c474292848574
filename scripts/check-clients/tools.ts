import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** Whether a program is on this machine. */
export const has = (program: string): boolean => spawnSync('which', [program]).status === 0

/** Runs a program and gives what it writes. @throws with the end of what it wrote when it fails */
export const run = async (
  program: string,
  args: readonly string[],
  options: { cwd: string; env?: Readonly<Record<string, string>> },
): Promise<string> => {
  const { cwd, env } = options
  const settings = { cwd, env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 }
  const { stdout } = await execute(program, [...args], settings).catch((error) => {
    const said = `${error.stdout ?? ''}${error.stderr ?? ''}`.trim().split('\n').slice(-25).join('\n')
    throw new Error(`${program} ${args.slice(0, 3).join(' ')}: ${said || error.message}`)
  })
  return stdout
}
