import type { z } from 'zod'
import { events } from '../../packages/server/src/generated/events.ts'
import { operations } from '../../packages/server/src/generated/operations.ts'
import type { AuthKind, Operation } from '../../packages/server/src/kit/define-operation.ts'
import type { StreamOperation } from '../../packages/server/src/kit/define-stream.ts'
import { isStream } from '../../packages/server/src/kit/registered.ts'
import { tagOf } from '../../packages/server/src/kit/tags.ts'
import { Examples } from './example-of.ts'
import { exampleValues } from './example-values.ts'
import { SchemaBook } from './json-schema.ts'
import { answersOf, failureSchema } from './openapi-answers.ts'
import { missingPaths } from './openapi-missing.ts'

type Json = Record<string, unknown>

const securitySchemes = {
  device: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'Token of a device.' },
  api_key: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'Key of a customer.' },
  admin: { type: 'apiKey', in: 'header', name: 'X-Admin-Secret', description: 'Secret of the operator.' },
} as const satisfies Record<Exclude<AuthKind, 'none'>, Json>

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

/** Fields that it does not name are refused. */
const closed = (schema: Json): Json =>
  schema['type'] === 'object' ? { ...schema, additionalProperties: false } : schema

const bodyOf = (book: SchemaBook, examples: Examples, operation: Operation): Json => {
  if (!operation.body) return {}
  const schema = closed(book.of(operation.body, 'input'))
  const content: Json = { 'application/json': { schema, example: examples.ofRequest(schema) } }
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
    'Makes repeating the request safe for 24 hours: the first answer is given again, with the header `Idempotency-Replayed: true`, and nothing is done twice.',
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,255}$' },
}

const lastEventId: Json = {
  name: 'Last-Event-ID',
  in: 'header',
  required: false,
  description: '`id` of the last item that was seen: the stream goes on behind it. It goes before `after`.',
  schema: { type: 'integer', minimum: 0 },
}

const operationOf = (
  book: SchemaBook,
  examples: Examples,
  id: string,
  operation: Operation | StreamOperation,
): Json => {
  const parameters = [...parametersOf(book, 'path', operation.params), ...parametersOf(book, 'query', operation.query)]
  if (!isStream(operation) && (operation.idempotent || operation.act)) parameters.push(idempotencyKey)
  if (isStream(operation)) parameters.push(lastEventId)
  return {
    operationId: id,
    tags: [tagOf(id).name],
    summary: operation.summary,
    ...(operation.description && { description: operation.description }),
    security: operation.auth === 'none' ? [] : [{ [operation.auth]: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(isStream(operation) ? {} : bodyOf(book, examples, operation)),
    responses: answersOf(book, examples, operation),
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
          example: {
            event_type: event.name,
            device_id: exampleValues['device_id'],
            timestamp: exampleValues['at'],
            data: event.example,
            id: exampleValues['event_id'],
            seq: 42,
            version: 1,
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
  const examples = new Examples(book.components)
  const paths: Record<string, Json> = {}
  const add = (path: string, method: string, described: Json) => {
    paths[path] = { ...paths[path], [method]: described }
  }
  for (const { id, operation } of operations) {
    try {
      add(operation.path, operation.method.toLowerCase(), operationOf(book, examples, id, operation))
    } catch (cause) {
      throw new Error(`${id}: ${(cause as Error).message}`, { cause })
    }
  }
  for (const missing of missingPaths()) add(...missing)
  const webhooks = Object.fromEntries(
    (events as unknown as readonly EventLike[]).map((event) => [event.name, webhookOf(book, event)]),
  )
  return {
    openapi: '3.1.0',
    info: {
      title: 'Switchboard',
      version,
      description:
        'One REST API for many WhatsApp accounts. Every answer is an envelope unless an operation says otherwise, and has the headers `X-Request-ID` and `Cache-Control: no-store`; every failure that waiting can mend has `Retry-After`. A route that is not there answers 404 `not_found`, another method 405 `method_not_allowed`. Paths ignore case and a slash at the end; bodies may be compressed by gzip, deflate or br.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    paths,
    webhooks,
    components: { securitySchemes, schemas: { Failure: failureSchema, ...book.components } },
  }
}
