import type { JsonSchema, OpenApiDocument } from '../openapi-document.ts'
import type { Described } from '../operations-of.ts'
import { resolved } from '../schema-words.ts'

/** Who calls, by the name of the scheme in the document. */
export type Caller = 'device' | 'api_key' | 'admin' | 'session' | 'none'

/** A request that shows how an operation is called: the least that it takes. */
export interface SampleRequest {
  readonly id: string
  readonly method: string
  /** With values in it, from the base of the API. */
  readonly path: string
  readonly pathValues: Readonly<Record<string, unknown>>
  readonly query: Readonly<Record<string, unknown>>
  readonly caller: Caller
  readonly idempotencyKey: string | undefined
  readonly body: unknown
  /** A file that goes with it as a form, instead of the body. */
  readonly file: { readonly field: string; readonly name: string } | undefined
  readonly answer: 'envelope' | 'bytes' | 'text' | 'nothing' | 'stream' | 'socket'
}

const answerKind = ({ operation: { responses } }: Described): SampleRequest['answer'] => {
  const [status, success] = Object.entries(responses).find(([code]) => code < '300') ?? []
  if (status === '101') return 'socket'
  const types = Object.keys((success && 'content' in success && success.content) || {})
  if (types.length === 0) return 'nothing'
  if (types.includes('text/event-stream')) return 'stream'
  if (types.includes('application/json')) return 'envelope'
  return types.some((type) => type.startsWith('text/') || type.endsWith('yaml')) ? 'text' : 'bytes'
}

const fileNames: readonly (readonly [RegExp, string])[] = [
  [/video/i, 'clip.mp4'],
  [/audio/i, 'note.ogg'],
  [/document/i, 'plan.pdf'],
  [/sticker/i, 'sticker.webp'],
  [/./, 'picture.jpg'],
]

const fileOf = ({ operation }: Described, { components: { schemas } }: OpenApiDocument): SampleRequest['file'] => {
  const form = operation.requestBody?.content['multipart/form-data']?.schema
  const properties: Readonly<Record<string, JsonSchema>> = form ? (resolved(form, schemas).properties ?? {}) : {}
  const [field] = Object.entries(properties).find(([, { format }]) => format === 'binary') ?? []
  if (field === undefined) return undefined
  return { field, name: fileNames.find(([pattern]) => pattern.test(operation.operationId))![1] }
}

/** `messaging.sendText` → `send-text-1`. */
const keyOf = (id: string): string =>
  `${id.slice(id.indexOf('.') + 1).replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}-1`

/** A request from the examples of the document. */
export const sampleRequest = (described: Described, document: OpenApiDocument): SampleRequest => {
  const { method, path, operation, parameters } = described
  const valuesIn = (place: string) =>
    Object.fromEntries(
      parameters.filter((each) => each.in === place && each.required).map(({ name, example }) => [name, example]),
    )
  const pathValues = valuesIn('path')
  const file = fileOf(described, document)
  return {
    id: operation.operationId,
    method,
    path: path.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(pathValues[name])),
    pathValues,
    query: valuesIn('query'),
    caller: (Object.keys(operation.security?.[0] ?? {})[0] ?? 'none') as Caller,
    idempotencyKey: parameters.some(({ name }) => name === 'Idempotency-Key')
      ? keyOf(operation.operationId)
      : undefined,
    body: file ? undefined : operation.requestBody?.content['application/json']?.example,
    file,
    answer: answerKind(described),
  }
}

/** What stands behind the path of a URL. */
export const searchOf = ({ query }: SampleRequest): string => {
  const search = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  )
  return search.size > 0 ? `?${search}` : ''
}
