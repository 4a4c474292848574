import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { ConfigError } from './config-error.ts'
import type { Environment } from './read-config.ts'
import { readSecretFiles } from './secret-files.ts'

export type { Environment }

/** Names that the file, the process and files of secrets gave. Whoever copies the environment takes it along. */
const given = Symbol('given')

interface Given {
  readonly secretFiles: ReadonlySet<string>
  readonly file: ReadonlySet<string>
  readonly process: ReadonlySet<string>
}

/** The process's environment over the `.env` of the working directory, and the secrets that either says are in files of their own. Nothing else in the
 *  gateway reads any of them. @throws ConfigError */
export const loadEnvironment = (file = '.env'): Environment => {
  const inFile = readFile(file)
  const plain = { ...inFile, ...process.env }
  const secrets = readSecretFiles(plain)
  const names: Given = {
    secretFiles: new Set(Object.keys(secrets)),
    file: new Set(Object.keys(inFile)),
    process: new Set(Object.keys(process.env)),
  }
  return { ...plain, ...secrets, [given]: names } as Environment
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

export type VariableSource = 'environment' | 'file' | 'secret_file' | 'program'

/** Where each variable of an environment came from. */
export const nameSources = (environment: Environment): ((name: string) => VariableSource) => {
  const names = (environment as { readonly [given]?: Given })[given]
  return (name) => {
    if (names?.secretFiles.has(name)) return 'secret_file'
    if (!names || names.process.has(name)) return 'environment'
    return names.file.has(name) ? 'file' : 'program'
  }
}

/** LOG_FORMAT, for what must be said before the configuration is read, and when it cannot be. */
export const logFormatOf = (environment: Environment): 'text' | 'json' =>
  environment['LOG_FORMAT']?.trim().toLowerCase() === 'json' ? 'json' : 'text'
