import type { FileBytes, FileSource } from './call.ts'
import { entriesOf } from './url.ts'

/** A body as fetch takes it. */
export interface Encoded {
  readonly body?: string | FormData | ReadableStream<Uint8Array>
  readonly headers?: Readonly<Record<string, string>>
}

interface Part {
  readonly data: FileBytes
  readonly name?: string | undefined
  readonly type?: string | undefined
}

const isStream = (value: unknown): value is ReadableStream<Uint8Array> | AsyncIterable<Uint8Array> =>
  typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || 'getReader' in value)

const isBytes = (value: unknown): value is FileBytes =>
  value instanceof Blob || value instanceof Uint8Array || isStream(value)

const partOf = (value: unknown): Part | undefined => {
  if (isBytes(value)) return { data: value, ...(value instanceof File && { name: value.name, type: value.type }) }
  if (typeof value !== 'object' || value === null || !('data' in value) || !isBytes(value.data)) return undefined
  return value as Exclude<FileSource, FileBytes>
}

const filesOf = (body: object): Part[] => Object.values(body).flatMap((value) => partOf(value) ?? [])

/** Whether the body can be sent again: what was read of a stream is gone. */
export const isRepeatable = (body: object | undefined): boolean =>
  body === undefined || !filesOf(body).some(({ data }) => isStream(data))

/** Lists are repeated fields. */
const fieldsOf = (body: object): [string, unknown][] =>
  entriesOf(body).flatMap(([name, value]): [string, unknown][] =>
    Array.isArray(value) ? value.map((each) => [name, each]) : [[name, value]],
  )

const formOf = (body: object): FormData => {
  const form = new FormData()
  for (const [name, value] of fieldsOf(body)) {
    const part = partOf(value)
    if (part) {
      const blob = new Blob([part.data as Blob | Uint8Array<ArrayBuffer>], part.type ? { type: part.type } : {})
      form.append(name, blob, part.name ?? 'file')
    } else form.append(name, String(value))
  }
  return form
}

async function* chunksOf(data: FileBytes): AsyncGenerator<Uint8Array> {
  if (data instanceof Uint8Array) yield data
  else if (Symbol.asyncIterator in data) yield* data
  else {
    const reader = (data instanceof Blob ? data.stream() : data).getReader()
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value
  }
}

/** As browsers write names in forms. Source: HTML, "multipart/form-data encoding algorithm". */
const escaped = (name: string): string => name.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22')

async function* formBytes(body: object, boundary: string): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  for (const [name, value] of fieldsOf(body)) {
    const part = partOf(value)
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${escaped(name)}"`
    if (part) {
      const type = part.type?.replaceAll(/[\r\n]/g, '') || 'application/octet-stream'
      yield encoder.encode(`${head}; filename="${escaped(part.name ?? 'file')}"\r\nContent-Type: ${type}\r\n\r\n`)
      yield* chunksOf(part.data)
      yield encoder.encode('\r\n')
    } else yield encoder.encode(`${head}\r\n\r\n${value}\r\n`)
  }
  yield encoder.encode(`--${boundary}--\r\n`)
}

const streamOf = (chunks: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> =>
  new ReadableStream({
    async pull(controller) {
      const { value, done } = await chunks.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    async cancel() {
      await chunks.return(undefined)
    },
  })

/** Random text, also where a page is not served by HTTPS and has no `crypto.randomUUID`. */
export const randomText = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')

/** Pages cannot send what they do not have yet: for them a stream is read first. */
const inBrowser = 'document' in globalThis

const collected = async (body: object): Promise<object> => {
  const entries = Object.entries(body).map(async ([name, value]): Promise<[string, unknown]> => {
    const part = partOf(value)
    if (!part) return [name, value]
    return [name, { ...part, data: await new Response(streamOf(chunksOf(part.data))).blob() }]
  })
  return Object.fromEntries(await Promise.all(entries))
}

/** A body with a file becomes a form, any other JSON. */
export const encodeBody = async (body: object | undefined): Promise<Encoded> => {
  if (body === undefined) return {}
  if (filesOf(body).length === 0) return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
  if (isRepeatable(body)) return { body: formOf(body) }
  if (inBrowser) return { body: formOf(await collected(body)) }
  const boundary = `switchboard-${randomText()}`
  return {
    body: streamOf(formBytes(body, boundary)),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  }
}
