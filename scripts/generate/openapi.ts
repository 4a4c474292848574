import type { z } from 'zod'
import { events } from '../../packages/server/src/generated/events.ts'
import { operations } from '../../packages/server/src/generated/operations.ts'
import type { Operation } from '../../packages/server/src/kit/define-operation.ts'
import type { StreamOperation } from '../../packages/server/src/kit/define-stream.ts'
import { scopeOfOperation } from '../../packages/server/src/kit/operation-scopes.ts'
import { isStream, type RegisteredOperation } from '../../packages/server/src/kit/registered.ts'
import { tagOf } from '../../packages/server/src/kit/tags.ts'
import { Examples } from './example-of.ts'
import { forGenerators } from './for-generators.ts'
import { SchemaBook } from './json-schema.ts'
import { nullableAsTypes } from './nullable.ts'
import { successesOf } from './openapi-answers.ts'
import { bodyOf } from './openapi-bodies.ts'
import { securityOf, securitySchemes, targetParameters, targetsOf } from './openapi-security.ts'
import { type EventLike, webhookOf, webhookTag } from './openapi-webhooks.ts'
import { failureSchema, ResponseBook } from './response-book.ts'

type Json = Record<string, unknown>

/** Shapes and answers that the document names once. */
interface Books {
  readonly schemas: SchemaBook
  readonly responses: ResponseBook
  readonly examples: Examples
}

const parametersOf = (
  { schemas, examples }: Books,
  place: 'path' | 'query',
  schema: z.ZodObject | undefined,
): Json[] => {
  const whole = schema ? schemas.of(schema, 'input') : {}
  const always = new Set((whole['required'] as string[] | undefined) ?? [])
  return Object.entries((whole['properties'] ?? {}) as Record<string, Json>).map(([name, { description, ...rest }]) => {
    const required = place === 'path' || always.has(name)
    return {
      name,
      in: place,
      required,
      ...(description === undefined ? {} : { description }),
      schema: rest,
      // Whatever shows a request needs a value for each of these.
      ...(required && { example: examples.ofParameter(rest, name) }),
    }
  })
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
  description: '`id` of the last item that was seen: the stream continues after it. It has precedence over `after`.',
  schema: { type: 'integer', minimum: 0 },
}

const isDestructive = (operation: Operation | StreamOperation): boolean =>
  !isStream(operation) && (operation.destructive ?? operation.method === 'DELETE')

const operationOf = (books: Books, id: string, operation: Operation | StreamOperation): Json => {
  const { schemas, responses, examples } = books
  const { params, query, summary, description, auth } = operation
  const scope = scopeOfOperation({ id, ...operation })
  const parameters = [...parametersOf(books, 'path', params), ...parametersOf(books, 'query', query)]
  if (!isStream(operation) && (operation.idempotent || operation.act)) parameters.push(idempotencyKey)
  if (isStream(operation)) parameters.push(lastEventId)
  parameters.push(...targetsOf(auth))
  return {
    operationId: id,
    tags: [tagOf(id).name],
    summary,
    ...(description && { description }),
    ...(isDestructive(operation) && { 'x-destructive': true }),
    ...(scope && { 'x-scope': scope }),
    security: securityOf(auth),
    ...(parameters.length > 0 && { parameters }),
    ...(isStream(operation) ? {} : bodyOf(schemas, examples, id, operation)),
    responses: { ...successesOf(schemas, examples, operation), ...responses.failuresOf(operation) },
  }
}

const sorted = (components: Readonly<Record<string, Json>>): Json =>
  Object.fromEntries(Object.entries(components).sort(([a], [b]) => (a < b ? -1 : 1)))

const tagsOf = (entries: readonly RegisteredOperation[]): Json[] => {
  const used = new Map(entries.map(({ id }) => [tagOf(id).name, tagOf(id)]))
  return [...used.values(), webhookTag].sort((a, b) => (a.name < b.name ? -1 : 1)).map((tag) => ({ ...tag }))
}

/** The whole API as OpenAPI 3.1, events as webhooks. What nobody serves yet is not in it. */
export const openApi = (version: string, entries: readonly RegisteredOperation[] = operations): Json => {
  const schemas = new SchemaBook()
  const books = { schemas, responses: new ResponseBook(), examples: new Examples(schemas.components) }
  const paths: Record<string, Json> = {}
  for (const { id, operation } of entries) {
    const { path, method } = operation
    try {
      paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(books, id, operation) }
    } catch (cause) {
      throw new Error(`${id}: ${(cause as Error).message}`, { cause })
    }
  }
  const webhooks = Object.fromEntries(
    (events as unknown as readonly EventLike[]).map((event) => [event.name, webhookOf(schemas, event)]),
  )
  const document = {
    openapi: '3.1.0',
    info: {
      title: 'Switchboard',
      version,
      description:
        'One REST API for many WhatsApp accounts. Every answer is an envelope unless an operation says otherwise, and has the headers `X-Request-ID` and `Cache-Control: no-store`; every failure that waiting can mend has `Retry-After`. A route that is not there answers 404 `not_found`, another method 405 `method_not_allowed`. Paths ignore case and a slash at the end; bodies may be compressed by gzip, deflate or br.',
      contact: { name: 'Whoever runs this gateway' },
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: tagsOf(entries),
    paths,
    webhooks,
    components: {
      securitySchemes,
      parameters: targetParameters,
      responses: sorted(books.responses.components),
      schemas: sorted({ Failure: failureSchema, ...schemas.components }),
    },
  }
  return nullableAsTypes(forGenerators(document), schemas.components) as Json
}
