import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import type { Environment } from './read-config.ts'

/** The process's environment over the `.env` of the working directory. Nothing else in the gateway reads either. */
export const loadEnvironment = (file = '.env'): Environment => {
  try {
    return { ...parseEnv(readFileSync(file, 'utf8')), ...process.env }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return process.env
    throw error
  }
}
