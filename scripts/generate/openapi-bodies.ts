import type { Operation } from '../../packages/server/src/kit/define-operation.ts'
import { mediaSources } from '../../packages/server/src/kit/define-upload.ts'
import { isUpload } from '../../packages/server/src/kit/registered.ts'
import type { Examples } from './example-of.ts'
import type { SchemaBook } from './json-schema.ts'
import { pascalCase } from './openapi-names.ts'

type Json = Record<string, unknown>

/** Fields that it does not name are refused. */
const closed = (schema: Json): Json =>
  schema['type'] === 'object' ? { ...schema, additionalProperties: schema['additionalProperties'] ?? false } : schema

/** A file that is somewhere else, as the smallest example of one. */
const elsewhere = { url: 'https://example.com/picture.jpg' }

const exampleOf = (examples: Examples, operation: Operation, schema: Json): unknown => {
  if (!isUpload(operation)) return examples.ofRequest(schema)
  const own = { ...(schema['properties'] as Json) }
  for (const source of Object.keys(mediaSources)) delete own[source]
  const required = (schema['required'] as string[] | undefined) ?? []
  return { ...(examples.ofRequest({ ...schema, properties: own, required }) as Json), ...elsewhere }
}

/** The multipart form of a body that takes a file. */
const withFile = (schema: Json, field: string): Json => ({
  ...schema,
  properties: {
    [field]: { type: 'string', format: 'binary', description: 'The file itself, instead of where it is.' },
    ...(schema['properties'] as Json),
  },
})

/** The body of an operation, as one shape with a name. */
export const bodyOf = (book: SchemaBook, examples: Examples, id: string, operation: Operation): Json => {
  if (!operation.body) return {}
  const described = closed(book.of(operation.body, 'input'))
  const schema = book.named(`${pascalCase(id)}Body`, described)
  const content: Json = { 'application/json': { schema, example: exampleOf(examples, operation, described) } }
  if (isUpload(operation)) {
    const form = book.named(`${pascalCase(id)}Form`, withFile(described, operation.upload.field))
    content['multipart/form-data'] = { schema: form }
  }
  const needed = ((described['required'] as string[] | undefined) ?? []).length > 0
  const needsFile = isUpload(operation) && !operation.upload.optional
  // Said in words: generators make a method, or a broken one, of each way to send the same fields.
  const also = operation.forms && { description: 'A form with the same fields, of either kind, is taken too.' }
  return { requestBody: { required: needed || needsFile, ...also, content } }
}
