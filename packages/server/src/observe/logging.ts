import type { Writable } from 'node:stream'
import { type Logger, pino } from 'pino'
import pretty from 'pino-pretty'
import type { Config } from '../config/config.ts'

export type { Logger }

/** Names under which a secret could travel through a log call by mistake. */
const secretNames = [
  'token',
  'secret',
  'password',
  'authorization',
  'api_key',
  'apiKey',
  'proxyUrl',
  'adminSecret',
  'jwtSecret',
  'formerSecrets',
  'masterKey',
  'formerMasterKeys',
]

/** The one logger; parts take `log.child({ part: 'webhooks' })`. Never log JIDs, numbers, secrets or URLs with credentials.
 *  @param destination where lines go; the standard output unless given */
export const createLogger = (config: Pick<Config, 'log'>, destination?: Writable): Logger => {
  const options = {
    level: config.log.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: [...secretNames, ...secretNames.map((name) => `*.${name}`)], censor: '[secret]' },
  }
  if (config.log.format === 'json') return pino(options, destination ?? pino.destination(1))
  const look = { colorize: process.stdout.isTTY, ignore: 'pid,hostname', singleLine: true, sync: true }
  return pino(options, pretty({ ...look, ...(destination && { destination }) }))
}
