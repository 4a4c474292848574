import { execFile, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** A wheel cannot be made here, because packages cannot be had. */
export class NoPackages extends Error {
  override readonly name = 'NoPackages'
}

/** Why no wheel can be made on this machine; undefined when it can. */
export const whyNoPython = (): string | undefined => {
  const check = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'
  const { status } = spawnSync('python3', ['-c', check], { stdio: 'ignore' })
  return status === 0 ? undefined : 'there is no python3 of version 3.11 or newer with venv'
}

/** Runs a program. @throws with the end of what it wrote when it fails */
export const runPython = async (program: string, args: readonly string[], cwd: string): Promise<string> => {
  // What a caller has set for his own Python is not for this one.
  const { PYTHONPATH: _path, PYTHONHOME: _home, ...env } = process.env
  const { stdout } = await execute(program, [...args], { cwd, env, maxBuffer: 64 * 1024 * 1024 }).catch((error) => {
    const said = `${error.stdout ?? ''}${error.stderr ?? ''}`.trim().split('\n').slice(-20).join('\n')
    throw new Error(`${path.basename(program)} ${args.slice(0, 3).join(' ')}: ${said || error.message}`)
  })
  return stdout
}

/** Python with the pinned packages that make the wheel, kept for the next time. @throws NoPackages */
export const pythonTools = async (root: string): Promise<string> => {
  const list = path.join(root, 'clients/python/tools.txt')
  const mark = createHash('sha256').update(readFileSync(list)).digest('hex').slice(0, 12)
  const folder = path.join(root, 'node_modules/.cache/python-client', mark)
  const program = path.join(folder, 'bin/python')
  if (existsSync(path.join(folder, 'complete'))) return program
  rmSync(folder, { recursive: true, force: true })
  await runPython('python3', ['-m', 'venv', folder], root)
  const settings = ['-q', '--disable-pip-version-check', '--no-compile', '-r', list]
  await runPython(program, ['-m', 'pip', 'install', ...settings], root).catch((cause) => {
    throw new NoPackages('the packages of clients/python/tools.txt cannot be had', { cause })
  })
  writeFileSync(path.join(folder, 'complete'), '')
  return program
}
