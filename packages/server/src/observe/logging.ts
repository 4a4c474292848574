import { type DestinationStream, type LoggerOptions, type Logger as PinoLogger, pino } from 'pino'
import type { Config } from '../config/config.ts'
import { maskLine } from './mask.ts'
import { currentRequestId } from './request-context.ts'
import { inSources } from './source-places.ts'
import { textLine } from './text-line.ts'

/** The logger of the whole gateway: parts take children of it, as a `Logger`. */
export type RootLogger = PinoLogger

const traced = (error: Error): unknown => {
  const fields = pino.stdSerializers.err(error) as unknown
  const { stack } = (fields ?? {}) as { stack?: unknown }
  return typeof stack === 'string' ? Object.assign(fields as object, { stack: inSources(stack) }) : fields
}

const options: LoggerOptions = {
  base: null,
  serializers: { err: traced },
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: (label: string) => ({ level: label }) },
  mixin: () => {
    const requestId = currentRequestId()
    return requestId === undefined ? {} : { requestId }
  },
  // What a line says itself comes before what is known around it.
  mixinMergeStrategy: (own, around) => ({ ...around, ...own }),
  // Pino's own redaction costs five times what the rest of a line costs.
  hooks: { streamWrite: maskLine },
}

const asText = (to: DestinationStream): DestinationStream => ({
  write: (line) => {
    to.write(textLine(line))
  },
})

/** The one logger; parts take `log.child({ part: 'webhooks' })`. A line made while a request runs names the request. Numbers and addresses are masked,
 *  secrets are cut out where a known name gives them away; still, never log secrets, texts of messages, names of people or URLs with credentials.
 *  @param to where lines go; the standard output when absent */
export const createLogger = ({ log }: Pick<Config, 'log'>, to: DestinationStream = pino.destination(1)): RootLogger =>
  pino({ ...options, level: log.level }, log.format === 'json' ? to : asText(to))
