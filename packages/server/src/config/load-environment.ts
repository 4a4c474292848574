import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { ConfigError } from './config-error.ts'
import type { Environment } from './read-config.ts'

/** The process's environment over the `.env` of the working directory. Nothing else in the gateway reads either. @throws ConfigError */
export const loadEnvironment = (file = '.env'): Environment => {
  try {
    return { ...parseEnv(readFileSync(file, 'utf8')), ...process.env }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return process.env
    throw new ConfigError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`, { cause: error })
  }
}

/** LOG_FORMAT, for what must be said before the configuration is read, and when it cannot be. */
export const logFormatOf = (environment: Environment): 'text' | 'json' =>
  environment['LOG_FORMAT']?.trim().toLowerCase() === 'json' ? 'json' : 'text'
