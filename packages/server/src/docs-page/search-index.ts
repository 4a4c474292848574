import { errorCatalogue } from '../errors/catalogue.ts'
import { eventAnchor } from './events-page.ts'
import { groupSlug } from './groups.ts'
import type { JsonSchema, OpenApiDocument } from './openapi-document.ts'
import { type Described, operationsOf } from './operations-of.ts'
import { otherNames } from './other-names.ts'
import { resolved, type Schemas } from './schema-words.ts'

/** One thing that can be found. The script in the browser reads the same shape. */
export interface SearchEntry {
  readonly kind: string
  /** What it is called: a path, or a name. */
  readonly name: string
  /** From the folder of the pages. */
  readonly to: string
  readonly summary: string
  /** What people also call it. */
  readonly also?: string
  /** Further words by which it is found. */
  readonly words: string
}

/** Names of fields, also of inner ones. */
const namesIn = (given: JsonSchema, schemas: Schemas, depth = 0): string[] => {
  const schema = resolved(given, schemas)
  const inner = schema.type === 'array' ? resolved(schema.items ?? {}, schemas) : schema
  return Object.entries(inner.properties ?? {}).flatMap(([name, property]) => [
    name,
    ...(depth > 1 ? [] : namesIn(property, schemas, depth + 1)),
  ])
}

const wordsOf = (
  { operation: { operationId, description = '', requestBody }, parameters }: Described,
  schemas: Schemas,
): string => {
  const body = Object.values(requestBody?.content ?? {}).flatMap(({ schema }) => namesIn(schema, schemas))
  return [...new Set([operationId, description, ...parameters.map(({ name }) => name), ...body])].join(' ')
}

const sections: readonly SearchEntry[] = [
  {
    kind: 'Guide',
    name: 'Authentication',
    to: './#authentication',
    summary: 'Token, API key, access key and admin secret',
    words: 'login credential bearer header',
  },
  {
    kind: 'Guide',
    name: 'Answers',
    to: './#answers',
    summary: 'The envelope, and pages of lists',
    words: 'cursor pagination envelope',
  },
  {
    kind: 'Guide',
    name: 'Repeat a request safely',
    to: './#repeating',
    summary: 'Idempotency-Key',
    words: 'idempotency retry twice',
  },
  {
    kind: 'Guide',
    name: 'Check the signature of a webhook',
    to: './#signatures',
    summary: 'Code in JavaScript, Python and Go',
    words: 'hmac verify secret whsec standard webhooks',
  },
]

/** Everything that the search of the pages finds. */
export const searchIndex = (document: OpenApiDocument): SearchEntry[] => {
  const { schemas } = document.components
  const operations = operationsOf(document).map((described) => {
    const { method, path, operation } = described
    return {
      kind: method,
      name: path,
      to: `${groupSlug(operation.tags[0] ?? 'Other')}#${operation.operationId}`,
      summary: operation.summary,
      also: otherNames(`${operation.operationId} ${path}`),
      words: wordsOf(described, schemas),
    }
  })
  const events = Object.entries(document.webhooks).map(([name, { post }]) => ({
    kind: 'Event',
    name,
    to: `webhook-events#${eventAnchor(name)}`,
    summary: post.summary,
    words: '',
  }))
  const errors = Object.entries(errorCatalogue).map(([name, { title, docs }]) => ({
    kind: 'Error',
    name,
    to: `errors#error-${name}`,
    summary: title,
    words: docs,
  }))
  return [...operations, ...events, ...errors, ...sections]
}
