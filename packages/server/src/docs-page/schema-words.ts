import type { JsonSchema, OpenApiDocument } from './openapi-document.ts'

export type Schemas = OpenApiDocument['components']['schemas']

/** A schema with what its name stands for; what it says itself counts more. */
export const resolved = (schema: JsonSchema, schemas: Schemas): JsonSchema => {
  if (!schema.$ref) return schema
  const { $ref, ...own } = schema
  return { ...resolved(schemas[$ref.replace('#/components/schemas/', '')] ?? {}, schemas), ...own }
}

const choicesOf = (schema: JsonSchema): readonly JsonSchema[] | undefined => schema.anyOf ?? schema.oneOf

/** What kind of value a field holds. */
export const typeWords = (given: JsonSchema, schemas: Schemas): string => {
  const schema = resolved(given, schemas)
  const choices = choicesOf(schema)
  if (choices) return [...new Set(choices.map((choice) => typeWords(choice, schemas)))].join(' or ')
  if (schema.type === 'array') return `list of ${typeWords(schema.items ?? {}, schemas)}`
  if (schema.type !== undefined) return [schema.type].flat().join(' or ')
  if (schema.const !== undefined) return typeof schema.const
  return schema.enum ? [...new Set(schema.enum.map((value) => typeof value))].join(' or ') : 'anything'
}

const shown = (value: unknown): string => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``

/** Integers of JSON end there, and nobody means it as a limit. */
const isLimit = (value: number | undefined): value is number =>
  value !== undefined && Math.abs(value) < Number.MAX_SAFE_INTEGER

const counted = (value: number, of: string): string =>
  `${value.toLocaleString('en')} ${of === 'entries' && value === 1 ? 'entry' : value === 1 ? of.replace(/s$/, '') : of}`

/** `1 to 256 characters`, `at most 256 characters`, `at least 1 character`. */
const range = (least: number | undefined, most: number | undefined, of: string): string[] => {
  if (least !== undefined && least > 0 && most !== undefined)
    return [least === most ? counted(most, of) : `${least.toLocaleString('en')} to ${counted(most, of)}`]
  if (most !== undefined) return [`at most ${counted(most, of)}`]
  return least !== undefined && least > 0 ? [`at least ${counted(least, of)}`] : []
}

const numbers = ({ minimum, maximum, exclusiveMinimum }: JsonSchema): string[] => {
  if (exclusiveMinimum !== undefined)
    return [`more than ${exclusiveMinimum}`, ...(isLimit(maximum) ? [`at most ${maximum}`] : [])]
  if (isLimit(minimum) && isLimit(maximum)) return [`${minimum} to ${maximum}`]
  if (isLimit(maximum)) return [`at most ${maximum}`]
  return isLimit(minimum) ? [`${minimum} or more`] : []
}

/** Formats that say more than their pattern would. */
const formats: Readonly<Record<string, string>> = {
  'date-time': 'RFC 3339, such as `2026-03-01T12:00:00Z`',
  uuid: 'a UUID',
  binary: 'the bytes of a file',
  base64: 'in base64',
}

const texts = ({ minLength, maxLength, pattern, format }: JsonSchema): string[] => {
  const known = format === undefined ? undefined : (formats[format] ?? `\`${format}\``)
  if (known) return [known]
  const form = pattern === '\\S' ? ['not blank'] : pattern === undefined ? [] : [`must match \`${pattern}\``]
  return [...range(minLength, maxLength, 'characters'), ...form]
}

const own = (schema: JsonSchema, schemas: Schemas): string[] => {
  if (schema.const !== undefined) return [`always ${shown(schema.const)}`]
  if (schema.enum) return [`${schema.enum.length > 1 ? 'one of ' : 'always '}${schema.enum.map(shown).join(', ')}`]
  const choices = choicesOf(schema)
  if (choices) {
    const each = choices.map((choice) => limitsOf(choice, schemas).join(', ')).filter(Boolean)
    return each.length > 0 ? [[...new Set(each)].join('; or ')] : []
  }
  const ofEntries = schema.items ? limitsOf(schema.items, schemas) : []
  return [
    ...texts(schema),
    ...numbers(schema),
    ...range(schema.minItems, schema.maxItems, 'entries'),
    ...(ofEntries.length > 0 ? [`each ${ofEntries.join(', ')}`] : []),
    ...range(schema.minProperties, undefined, 'fields'),
  ]
}

const limitsOf = (given: JsonSchema, schemas: Schemas): string[] => own(resolved(given, schemas), schemas)

/** What a value must keep to, as a sentence; blank when there is nothing. */
export const limitWords = (given: JsonSchema, schemas: Schemas): string => {
  const schema = resolved(given, schemas)
  const limits = limitsOf(schema, schemas).join(', ')
  const sentence = limits && `${limits[0]!.toUpperCase()}${limits.slice(1)}.`
  return [sentence, schema.default === undefined ? '' : `Default ${shown(schema.default)}.`].filter(Boolean).join(' ')
}
