import {
  type JsonSchema,
  type OpenApiOperation,
  type OpenApiParameter,
  openApiDocument,
  parametersOf,
} from '../docs-page/openapi-document.ts'
import { isUpload, type RegisteredOperation } from '../kit/registered.ts'
import { smallVideo } from './small-video.ts'

const document = openApiDocument('')

export interface Described extends OpenApiOperation {
  readonly parameters: readonly OpenApiParameter[]
}

/** How the document describes an operation. */
export const describedBy = ({ operation, id }: RegisteredOperation): Described => {
  const described = document.paths[operation.path]?.[operation.method.toLowerCase()]
  if (!described) throw new Error(`${id} is not in the generated document: run npm run generate`)
  return { ...described, parameters: parametersOf(document, described) }
}

const nameOf = ({ $ref }: JsonSchema): string | undefined =>
  $ref?.replace('#/components/schemas/', '').replace(/OrUsername$/, 'Address')

/** A schema without reference. */
export const resolved = (schema: JsonSchema): JsonSchema => {
  const name = nameOf(schema)
  return name === undefined ? schema : resolved(document.components.schemas[name] ?? {})
}

/** The body that an operation takes as JSON. */
export const bodySchema = (entry: RegisteredOperation): JsonSchema | undefined => {
  const schema = describedBy(entry).requestBody?.content['application/json']?.schema
  return schema && resolved(schema)
}

/** The addresses that schemas know. */
export const addresses = ['ChatAddress', 'PersonAddress', 'GroupAddress', 'ChannelAddress']

/** Puts a value where an operation takes one of these schemas: into its path, else into its query or its body. @throws when it takes none */
export const placed = (
  entry: RegisteredOperation,
  schemas: readonly string[],
  value: string,
): { path: Record<string, string> } | { query: string } | { body: Record<string, unknown> } => {
  const wanted = (schema: JsonSchema) => schemas.includes(nameOf(schema) ?? '')
  const parameters = describedBy(entry).parameters.filter(({ schema }) => wanted(schema))
  const inPath = parameters.find(({ in: place }) => place === 'path')
  if (inPath) return { path: { [inPath.name]: value } }
  const inQuery = parameters.find(({ in: place }) => place === 'query')
  if (inQuery) return { query: `?${new URLSearchParams({ [inQuery.name]: value })}` }
  const fields = Object.entries(bodySchema(entry)?.properties ?? {})
  const field = fields.find(([, schema]) => wanted(schema))
  if (field) return { body: { [field[0]]: value } }
  for (const [name, schema] of fields) {
    const inner = Object.entries(resolved(schema).properties ?? {}).find(([, each]) => wanted(each))
    if (inner) return { body: { [name]: { [inner[0]]: value } } }
  }
  const list = fields.find(([, schema]) => wanted(resolved(schema).items ?? {}))
  if (!list) throw new Error(`${entry.id} takes no ${schemas.join(', ')}`)
  return { body: { [list[0]]: [value] } }
}

const withoutUrl = ({ url: _, ...body }: Record<string, unknown>): Record<string, unknown> => body

/** A picture of one point. */
const gif = 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'

/** The file of a message cannot go there. */
const isForChannel = ({ operation }: RegisteredOperation): boolean =>
  /^\/newsletters\/.*\/(images|videos|documents)$/.test(operation.path)

/** Values of a tenant for whatever an operation takes, found by the name of its schema, and else by its own name. */
export class PathValues {
  readonly #known: Readonly<Record<string, string>>

  constructor(known: Readonly<Record<string, string>>) {
    this.#known = known
  }

  /** The same with others for some names, which go before those of schemas. */
  with(changes: Readonly<Record<string, string>>): PathValues {
    return new PathValues({ ...this.#known, ...changes })
  }

  /** The value for a schema or a name. */
  known(name: string): string {
    const value = this.#known[name]
    if (value === undefined) throw new Error(`say in testing/belongings.ts what ${name} is`)
    return value
  }

  /** The path of an operation with a value for each parameter. @throws for one whose schema and name nobody knows */
  path(entry: RegisteredOperation): string {
    const parameters = describedBy(entry).parameters
    return entry.operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      const schema = parameters.find((parameter) => parameter.in === 'path' && parameter.name === name)?.schema
      const value = this.#value(name, schema ?? {})
      if (value === undefined) throw new Error(`${entry.id}: say in testing/belongings.ts what {${name}} is`)
      return encodeURIComponent(value)
    })
  }

  /** What an operation must be asked with, behind its path, as far as that is known; blank when that is nothing. */
  query(entry: RegisteredOperation): string {
    const required = describedBy(entry).parameters.filter((each) => each.in === 'query' && each.required)
    const known = required.flatMap(({ name, schema }) => {
      const value = this.#value(name, schema ?? {})
      return value === undefined ? [] : [[name, value] as [string, string]]
    })
    return known.length === 0 ? '' : `?${new URLSearchParams(known)}`
  }

  /** The smallest body that an operation takes, about the things of this tenant; undefined when it takes none. */
  body(entry: RegisteredOperation): Record<string, unknown> | undefined {
    const content = describedBy(entry).requestBody?.content['application/json']
    const body = content && (this.#fill(content.example, content.schema) as Record<string, unknown>)
    return body && isUpload(entry.operation)
      ? { ...withoutUrl(body), ...this.#file(entry, entry.operation.upload.kind) }
      : body
  }

  /** A file of a kind: of a message that came, where there is one. */
  #file(entry: RegisteredOperation, kind: string): Record<string, unknown> {
    if (isForChannel(entry)) return { base64: kind === 'video' ? smallVideo : gif }
    const messageId = this.#known[`message with ${kind}`]
    return messageId === undefined ? { base64: 'dGhlIHdhbGs=' } : { message_id: messageId }
  }

  #value(name: string, schema: JsonSchema): string | undefined {
    return this.#known[name] ?? this.#known[nameOf(schema) ?? '']
  }

  /** The example of a schema, with the tenant's own values where they are known. */
  #fill(example: unknown, given: JsonSchema, field = ''): unknown {
    if (typeof example === 'string') return this.#value(field, given) ?? example
    const schema = resolved(given)
    if (Array.isArray(example)) return example.map((each) => this.#fill(each, schema.items ?? {}))
    if (typeof example !== 'object' || example === null) return example
    const entries = Object.entries(example).map(([name, value]) => [
      name,
      this.#fill(value, schema.properties?.[name] ?? {}, name),
    ])
    return Object.fromEntries(entries)
  }
}
