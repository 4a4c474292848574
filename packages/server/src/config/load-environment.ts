import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { ConfigError } from './config-error.ts'
import type { Environment } from './read-config.ts'

export type { Environment }

/** Names that the file and the process gave. Whoever copies the environment takes it along. */
const given = Symbol('given')

interface Given {
  readonly file: ReadonlySet<string>
  readonly process: ReadonlySet<string>
}

/** The process's environment over the `.env` of the working directory. Nothing else in the gateway reads either. @throws ConfigError */
export const loadEnvironment = (file = '.env'): Environment => {
  const inFile = readFile(file)
  const names: Given = { file: new Set(Object.keys(inFile)), process: new Set(Object.keys(process.env)) }
  return { ...inFile, ...process.env, [given]: names } as Environment
}

/** What is in the file; nothing when there is none. */
const readFile = (file: string): Environment => {
  try {
    return parseEnv(readFileSync(file, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw new ConfigError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`, { cause: error })
  }
}

/** Where each variable of an environment came from. */
export const nameSources = (environment: Environment): ((name: string) => 'environment' | 'file' | 'program') => {
  const names = (environment as { readonly [given]?: Given })[given]
  return (name) => {
    if (!names || names.process.has(name)) return 'environment'
    return names.file.has(name) ? 'file' : 'program'
  }
}

/** LOG_FORMAT, for what must be said before the configuration is read, and when it cannot be. */
export const logFormatOf = (environment: Environment): 'text' | 'json' =>
  environment['LOG_FORMAT']?.trim().toLowerCase() === 'json' ? 'json' : 'text'
