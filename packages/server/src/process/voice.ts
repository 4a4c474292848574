import { format } from 'node:util'

/** How a process speaks outside of its log: before there is one, and when it ends. */
export interface Voice {
  readonly json: boolean
  /** On the standard output. @param fields what a machine reads of it */
  say(text: string, fields?: Readonly<Record<string, unknown>>): void
  /** On the standard error, for a process that continues. */
  warn(text: string): void
  /** On the standard error. */
  complain(text: string, fields?: Readonly<Record<string, unknown>>): void
}

type Level = 'info' | 'warn' | 'error'

const jsonLine = (level: Level, msg: string, fields: object = {}): string =>
  `${JSON.stringify({ level, time: new Date().toISOString(), ...fields, msg })}\n`

const forPeople: Voice = {
  json: false,
  say: (text) => void process.stdout.write(`${text}\n`),
  warn: (text) => void process.stderr.write(`${text}\n`),
  complain: (text) => void process.stderr.write(`${text}\n`),
}

const forMachines: Voice = {
  json: true,
  say: (text, fields) => void process.stdout.write(jsonLine('info', text, fields)),
  warn: (text) => void process.stderr.write(jsonLine('warn', text)),
  complain: (text, fields) => void process.stderr.write(jsonLine('error', text, fields)),
}

/** Node's own warnings, and what a library prints without asking anybody, are lines like all others. */
const takeOverTheRest = (): void => {
  process.removeAllListeners('warning')
  process.on('warning', ({ name, message, stack }) =>
    process.stderr.write(jsonLine('warn', message, { warning: name, stack })),
  )
  const levels = { log: 'info', info: 'info', debug: 'info', trace: 'info', warn: 'warn', error: 'error' } as const
  for (const [name, level] of Object.entries(levels)) {
    const stream = level === 'info' ? process.stdout : process.stderr
    console[name as keyof typeof levels] = (...args: unknown[]) => void stream.write(jsonLine(level, format(...args)))
  }
}

/** @param logFormat LOG_FORMAT: with `json` every line of the process becomes JSON from here on */
export const createVoice = (logFormat: 'text' | 'json'): Voice => {
  if (logFormat === 'text') return forPeople
  takeOverTheRest()
  return forMachines
}
