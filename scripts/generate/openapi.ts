import type { z } from 'zod'
import { type ErrorCode, errorCatalogue } from '../../packages/server/src/errors/catalogue.ts'
import { events } from '../../packages/server/src/generated/events.ts'
import { operations } from '../../packages/server/src/generated/operations.ts'
import type { AuthKind, Operation } from '../../packages/server/src/operations/define-operation.ts'
import type { StreamOperation } from '../../packages/server/src/operations/define-stream.ts'
import { isStream } from '../../packages/server/src/operations/registered.ts'
import { errorsOf } from './errors-of.ts'
import { SchemaBook } from './json-schema.ts'

type Json = Record<string, unknown>

const securitySchemes = {
  device: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'Token of a device.' },
  api_key: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'Key of a customer.' },
  admin: { type: 'apiKey', in: 'header', name: 'X-Admin-Secret', description: 'Secret of the operator.' },
} as const satisfies Record<Exclude<AuthKind, 'none'>, Json>

const failureSchema: Json = {
  type: 'object',
  required: ['status', 'code', 'message', 'error', 'error_code', 'retryable', 'request_id'],
  properties: {
    status: { const: false },
    code: { type: 'integer', description: 'The HTTP status.' },
    message: { type: 'string' },
    error: { type: 'string', description: 'Repeats `message`.' },
    error_code: { enum: Object.keys(errorCatalogue), description: 'Stable name of the error.' },
    retryable: { type: 'boolean', description: 'The same request may succeed later.' },
    request_id: { type: 'string' },
    details: { type: 'object', additionalProperties: true },
  },
}

const envelope = (code: number, data: Json | undefined): Json => ({
  type: 'object',
  required: ['status', 'code', 'message', ...(data ? ['data'] : [])],
  properties: {
    status: { const: true },
    code: { const: code },
    message: { type: 'string' },
    ...(data && { data }),
  },
})

const parametersOf = (book: SchemaBook, place: 'path' | 'query', schema: z.ZodObject | undefined): Json[] => {
  const whole = schema ? book.of(schema, 'input') : {}
  const required = new Set((whole['required'] as string[] | undefined) ?? [])
  return Object.entries((whole['properties'] ?? {}) as Record<string, Json>).map(
    ([name, { description, ...rest }]) => ({
      name,
      in: place,
      required: place === 'path' || required.has(name),
      ...(description === undefined ? {} : { description }),
      schema: rest,
    }),
  )
}

const failuresOf = (id: string, operation: Operation | StreamOperation): Json => {
  const byStatus = new Map<number, ErrorCode[]>()
  for (const code of errorsOf(id, operation)) {
    const { status } = errorCatalogue[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  return Object.fromEntries(
    [...byStatus]
      .sort(([a], [b]) => a - b)
      .map(([status, codes]) => [
        status,
        {
          description: codes.map((code) => `\`${code}\`: ${errorCatalogue[code].title}.`).join(' '),
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Failure' } } },
        },
      ]),
  )
}

const successOf = (book: SchemaBook, operation: Operation): Json => {
  const status = operation.status ?? 200
  const data = operation.response && book.of(operation.response, 'output')
  const schema = envelope(status, data)
  return { [status]: { description: operation.message ?? 'Success', content: { 'application/json': { schema } } } }
}

const streamOf = (): Json => ({
  200: { description: 'Server-sent events', content: { 'text/event-stream': { schema: { type: 'string' } } } },
})

const bodyOf = (book: SchemaBook, operation: Operation): Json => {
  if (!operation.body) return {}
  const schema = book.of(operation.body, 'input')
  const content: Json = { 'application/json': { schema } }
  if (operation.forms) {
    content['application/x-www-form-urlencoded'] = { schema }
    content['multipart/form-data'] = { schema }
  }
  return { requestBody: { required: ((schema['required'] as string[] | undefined) ?? []).length > 0, content } }
}

const idempotencyKey: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'Makes repeating the request safe for 24 hours: the first answer is given again and nothing is done twice.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
}

const operationOf = (book: SchemaBook, id: string, operation: Operation | StreamOperation): Json => {
  const parameters = [...parametersOf(book, 'path', operation.params), ...parametersOf(book, 'query', operation.query)]
  if (!isStream(operation) && operation.idempotent) parameters.push(idempotencyKey)
  return {
    operationId: id,
    tags: [operation.group],
    summary: operation.summary,
    ...(operation.description && { description: operation.description }),
    security: operation.auth === 'none' ? [] : [{ [operation.auth]: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(isStream(operation) ? {} : bodyOf(book, operation)),
    responses: { ...(isStream(operation) ? streamOf() : successOf(book, operation)), ...failuresOf(id, operation) },
  }
}

interface EventLike {
  readonly name: string
  readonly group: string
  readonly summary: string
  readonly schema: z.ZodObject
  readonly example: unknown
}

const webhookOf = (book: SchemaBook, event: EventLike): Json => ({
  post: {
    operationId: `webhook.${event.name}`,
    tags: ['Webhooks'],
    summary: event.summary,
    requestBody: {
      content: {
        'application/json': {
          schema: {
            type: 'object',
            required: ['id', 'seq', 'version', 'event_type', 'device_id', 'timestamp', 'data'],
            properties: {
              id: { type: 'string', description: 'Stable over retries and endpoints.' },
              seq: { type: 'integer', description: 'Gapless per device.' },
              version: { type: 'integer' },
              event_type: { const: event.name },
              device_id: { type: 'string', format: 'uuid' },
              timestamp: { type: 'string', format: 'date-time' },
              backfill: { type: 'boolean', description: 'It happened while the device was away.' },
              data: book.of(event.schema, 'output'),
            },
          },
        },
      },
    },
    responses: { '2XX': { description: 'Taken. Anything else is tried again.' } },
  },
})

/** The whole API as OpenAPI 3.1, events as webhooks. */
export const openApi = (version: string): Json => {
  const book = new SchemaBook()
  const paths: Record<string, Json> = {}
  for (const { id, operation } of operations) {
    const described = operationOf(book, id, operation)
    paths[operation.path] = { ...paths[operation.path], [operation.method.toLowerCase()]: described }
  }
  const webhooks = Object.fromEntries(
    (events as unknown as readonly EventLike[]).map((event) => [event.name, webhookOf(book, event)]),
  )
  return {
    openapi: '3.1.0',
    info: {
      title: 'Switchboard',
      version,
      description:
        'One REST API for many WhatsApp accounts. Every answer is an envelope unless an operation says otherwise.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    paths,
    webhooks,
    components: { securitySchemes, schemas: { Failure: failureSchema, ...book.components } },
  }
}
