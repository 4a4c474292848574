import type { Environment } from './read-config.ts'

/** LOG_FORMAT, for what must be said before the configuration is read, and when it cannot be. */
export const logFormatOf = (environment: Environment): 'text' | 'json' =>
  environment['LOG_FORMAT']?.trim().toLowerCase() === 'json' ? 'json' : 'text'
