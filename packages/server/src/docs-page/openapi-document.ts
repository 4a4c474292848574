import { readFileSync } from 'node:fs'

export interface OpenApiDocument {
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>
  readonly webhooks: Readonly<Record<string, { readonly post: OpenApiOperation }>>
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>
    readonly responses: Readonly<Record<string, OpenApiResponse>>
    readonly parameters: Readonly<Record<string, OpenApiParameter>>
  }
}

export interface OpenApiParameter {
  readonly name: string
  readonly in: string
  readonly required: boolean
  readonly description?: string
  readonly schema: JsonSchema
  readonly example?: unknown
}

export interface JsonSchema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly additionalProperties?: boolean | JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly format?: string
  readonly pattern?: string
  readonly default?: unknown
  readonly examples?: readonly unknown[]
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly minProperties?: number
}

export interface OpenApiOperation {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly summary: string
  readonly description?: string
  /** What it takes away does not come back. */
  readonly 'x-destructive'?: true
  readonly security?: readonly Readonly<Record<string, unknown>>[]
  readonly parameters?: readonly (OpenApiParameter | { readonly $ref: string })[]
  readonly requestBody?: { readonly required: boolean; readonly content: Content }
  readonly responses: Readonly<Record<string, OpenApiResponse | { readonly $ref: string }>>
}

export interface OpenApiResponse {
  readonly description: string
  readonly headers?: Readonly<Record<string, { readonly description: string }>>
  readonly content?: Content
}

type Content = Readonly<Record<string, { readonly schema: JsonSchema; readonly example?: unknown }>>

/** The answers of an operation by status, those that it shares with others too. */
export const answersOf = (
  { components }: Pick<OpenApiDocument, 'components'>,
  { responses }: Pick<OpenApiOperation, 'responses'>,
): Record<string, OpenApiResponse> =>
  Object.fromEntries(
    Object.entries(responses).map(([status, response]) => {
      if (!('$ref' in response)) return [status, response]
      return [status, components.responses[response.$ref.replace('#/components/responses/', '')]!]
    }),
  )

/** The parameters of an operation, those that it shares with others too. */
export const parametersOf = (
  { components }: { readonly components: Pick<OpenApiDocument['components'], 'parameters'> },
  { parameters = [] }: Pick<OpenApiOperation, 'parameters'>,
): OpenApiParameter[] =>
  parameters.map((parameter) =>
    '$ref' in parameter ? components.parameters[parameter.$ref.replace('#/components/parameters/', '')]! : parameter,
  )

let generated: WeakRef<OpenApiDocument> | undefined

const read = (): OpenApiDocument => {
  const document: OpenApiDocument = JSON.parse(
    readFileSync(new URL('../generated/openapi.json', import.meta.url), 'utf8'),
  )
  generated = new WeakRef(document)
  return document
}

/** The generated document, with this server's base path. It is in memory while it is used: it takes several megabytes. */
export const openApiDocument = (basePath: string): OpenApiDocument & { servers: { url: string }[] } => ({
  ...(generated?.deref() ?? read()),
  servers: [{ url: basePath || '/' }],
})
