import { inspect } from 'node:util'

interface Failure {
  readonly type?: string
  readonly message?: string
  readonly stack?: string
}

const plain = /^[^\s"=]+$/

const valueText = (value: unknown): string => {
  if (typeof value === 'string') return plain.test(value) ? value : JSON.stringify(value)
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** `{kind: 'device', id: 'x'}` → `caller.kind=device caller.id=x` */
const pairs = (fields: object, prefix = ''): string[] =>
  Object.entries(fields).flatMap(([name, value]) => {
    if (value === null || value === undefined) return []
    if (typeof value === 'object' && !Array.isArray(value)) return pairs(value, `${prefix}${name}.`)
    return [`${prefix}${name}=${valueText(value)}`]
  })

const indented = (text: string): string => text.replaceAll('\n', '\n    ')

const failureText = ({ stack, message, type, ...more }: Failure): string => {
  const rest = Object.keys(more).length > 0 ? `\n${inspect(more, { depth: 4 })}` : ''
  return indented(`\n${stack ?? `${type ?? 'Error'}: ${message}`}${rest}`)
}

/** A line of the log in JSON as people read it: `time level part: message name=value`, and below it where an error came from. */
export const textLine = (line: string): string => {
  const { time, level, part, msg, err, ...fields } = JSON.parse(line) as Record<string, unknown>
  const head = [time, String(level).toUpperCase().padEnd(5), ...(part ? [`${part}:`] : []), ...(msg ? [msg] : [])]
  const failure = err && typeof err === 'object' ? failureText(err as Failure) : err ? ` err=${valueText(err)}` : ''
  return `${[...head, ...pairs(fields)].join(' ')}${failure}\n`
}
