import type { JsonSchema } from '../operations/system/openapi-document.ts'

type Schemas = Readonly<Record<string, JsonSchema>>

const resolved = (schema: JsonSchema, schemas: Schemas): JsonSchema =>
  schema.$ref ? (schemas[schema.$ref.replace('#/components/schemas/', '')] ?? {}) : schema

const textOf = (schema: JsonSchema): unknown => {
  if (schema.examples?.[0] !== undefined) return schema.examples[0]
  if (schema.format === 'uuid') return '0192d5a4-7b3c-7d11-8a55-2f4c9f0e1b2a'
  if (schema.format === 'uri') return 'https://example.com/hook'
  return 'sample'
}

/** The smallest value that a schema takes: required fields only. Fields whose name is in `names` get that value. */
export const sampleOf = (
  given: JsonSchema,
  schemas: Schemas,
  names: Readonly<Record<string, string>> = {},
): unknown => {
  const schema = resolved(given, schemas)
  if (schema.const !== undefined) return schema.const
  if (schema.default !== undefined) return schema.default
  if (schema.enum) return schema.enum[0]
  const choice = schema.anyOf?.[0] ?? schema.oneOf?.[0]
  if (choice) return sampleOf(choice, schemas, names)
  switch ([schema.type].flat()[0]) {
    case 'object': {
      const required = (schema.required ?? []).map((name) => [name, schema.properties?.[name] ?? {}] as const)
      return Object.fromEntries(required.map(([name, inner]) => [name, names[name] ?? sampleOf(inner, schemas, names)]))
    }
    case 'array':
      return [sampleOf(schema.items ?? {}, schemas, names)]
    case 'integer':
    case 'number':
      return 1
    case 'boolean':
      return true
    default:
      return textOf(schema)
  }
}
