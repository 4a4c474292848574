import { z } from 'zod'
import type { Operation } from '../../packages/server/src/kit/define-operation.ts'
import type { StreamOperation } from '../../packages/server/src/kit/define-stream.ts'
import { isSocket, isStream } from '../../packages/server/src/kit/registered.ts'
import type { Examples } from './example-of.ts'
import type { SchemaBook } from './json-schema.ts'

type Json = Record<string, unknown>

const envelope = (code: number, data: Json | undefined, always: boolean): Json => ({
  type: 'object',
  required: ['status', 'code', 'message', ...(data && always ? ['data'] : [])],
  properties: {
    status: { const: true },
    code: { const: code },
    message: { type: 'string' },
    ...(data && { data }),
  },
})

const enveloped = (book: SchemaBook, examples: Examples, operation: Operation, status: number): Json => {
  const { response } = operation
  const data = response && book.of(response, 'output')
  const message = status === 202 ? 'Accepted' : (operation.message ?? 'Success')
  return {
    schema: envelope(status, data, !(response instanceof z.ZodOptional)),
    example: { status: true, code: status, message, ...(data && { data: examples.of(data) }) },
  }
}

const replayed = {
  'Idempotency-Replayed':
    '`true` when an earlier request with the same `Idempotency-Key` was done: this is its answer.',
}

const headersOf = ({ headers, idempotent, act }: Operation): Json => {
  const described = Object.entries({ ...headers, ...((idempotent || act) && replayed) }).map(([name, description]) => [
    name,
    { description, schema: { type: 'string' } },
  ])
  return described.length > 0 ? { headers: Object.fromEntries(described) } : {}
}

const successOf = (book: SchemaBook, examples: Examples, operation: Operation): Json => {
  const { status = 200, raw, response, mayTakeLonger, message: description = 'Success' } = operation
  if (status === 204) return { 204: { description: 'No content' } }
  const pages = Object.keys(raw ?? {}).map((type) => [type, { schema: { type: 'string' } }])
  const json = raw && !response ? {} : { 'application/json': enveloped(book, examples, operation, status) }
  const done = { description, ...headersOf(operation), content: { ...json, ...Object.fromEntries(pages) } }
  if (!mayTakeLonger) return { [status]: done }
  const content = { 'application/json': enveloped(book, examples, operation, 202) }
  return { [status]: done, 202: { description: 'Accepted; it is not finished yet', ...headersOf(operation), content } }
}

const streamOf = (): Json => ({
  200: { description: 'Server-sent events', content: { 'text/event-stream': { schema: { type: 'string' } } } },
})

const socketOf = (): Json => ({
  101: { description: 'WebSocket. Each text message is JSON with `id`, `event` and `data`.' },
})

/** What an operation answers when it succeeds. */
export const successesOf = (book: SchemaBook, examples: Examples, operation: Operation | StreamOperation): Json =>
  isSocket(operation) ? socketOf() : isStream(operation) ? streamOf() : successOf(book, examples, operation)
