import { noAnswer } from './error.ts'

/** A block of a stream. Fields that it does not have are undefined. */
export interface Block {
  readonly id?: string
  readonly event?: string
  readonly data?: string
  readonly retry?: string
}

/** Source: HTML, "Interpreting an event stream". */
const blockOf = (text: string): Block => {
  const fields: Record<string, string> = {}
  for (const line of text.split('\n')) {
    const [, name = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/.exec(line) ?? []
    if (name) fields[name] = name === 'data' && 'data' in fields ? `${fields['data']}\n${value}` : value
  }
  return fields
}

/** The blocks of a stream as they come. @throws SwitchboardError no_answer when nothing came for a time */
export async function* readServerSentEvents(
  body: ReadableStream<Uint8Array>,
  silenceMs: number,
): AsyncGenerator<Block, void, undefined> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  let silent = false
  const read = async () => {
    const timer = setTimeout(() => {
      silent = true
      // What waits for bytes gets the end.
      void reader.cancel().catch(() => {})
    }, silenceMs)
    return reader.read().finally(() => clearTimeout(timer))
  }
  for (let { value, done } = await read(); !done; { value, done } = await read()) {
    const parts = `${rest}${decoder.decode(value, { stream: true })}`.replaceAll('\r', '').split('\n\n')
    rest = parts.pop() ?? ''
    for (const part of parts) yield blockOf(part)
  }
  if (silent) throw noAnswer('The stream of events is silent')
}
