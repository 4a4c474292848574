import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { z } from 'zod'
import { type JsonSchema, openApiDocument, parametersOf } from '../docs-page/openapi-document.ts'
import { operations } from '../generated/operations.ts'
import type { RegisteredOperation } from '../kit/registered.ts'
import { strictly } from './validate.ts'

const document = openApiDocument('')
/** Of the formats that the document names, the one that has no pattern next to it. */
const formats = { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/ }
const ajv = new Ajv2020({ strict: false, logger: false, formats }).addSchema(document, 'api')

const described = (...place: (string | number)[]): ValidateFunction => {
  const parts = place.map((part) => encodeURIComponent(String(part).replaceAll('~', '~0').replaceAll('/', '~1')))
  return ajv.compile({ $ref: `api#/${parts.join('/')}` })
}

/** Something that is sent: as the code takes it, and as the document describes it. */
interface Sent {
  readonly name: string
  readonly code: z.ZodType
  readonly schema: JsonSchema
  readonly document: ValidateFunction
  readonly example: unknown
}

const sentTo = ({ id, operation }: RegisteredOperation): Sent[] => {
  const place = ['paths', operation.path, operation.method.toLowerCase()]
  const asked = document.paths[operation.path]![operation.method.toLowerCase()]!
  const { requestBody } = asked
  const sent = parametersOf(document, asked).flatMap(({ in: where, name, schema }, index): Sent[] => {
    const code = (where === 'path' ? operation.params : operation.query)?.shape[name] as z.ZodType | undefined
    if (where === 'header' || !code) return []
    const check = described(...place, 'parameters', index, 'schema')
    return [{ name: `${id} ${where}.${name}`, code, schema, document: check, example: undefined }]
  })
  const content = requestBody?.content['application/json']
  if (!content || !('body' in operation) || !operation.body) return sent
  const check = described(...place, 'requestBody', 'content', 'application/json', 'schema')
  const { schema, example } = content
  return [...sent, { name: `${id} body`, code: strictly(operation.body), schema, document: check, example }]
}

const all = operations.flatMap(sentTo)

const resolved = (schema: JsonSchema): JsonSchema => {
  const { $ref, ...own } = schema
  return $ref === undefined ? schema : { ...resolved(document.components.schemas[$ref.split('/').at(-1)!]!), ...own }
}

interface Part {
  readonly path: string
  readonly schema: JsonSchema
  /** The whole with another value here. */
  with(value: unknown): unknown
}

/** A value and everything in it. */
function* partsOf(
  given: JsonSchema,
  value: unknown,
  path = '',
  whole = (own: unknown): unknown => own,
): Generator<Part> {
  const schema = resolved(given)
  yield { path, schema, with: whole }
  const own = (value ?? {}) as Record<string, unknown>
  for (const [name, inner] of Object.entries(schema.properties ?? {})) {
    yield* partsOf(inner, own[name], `${path}.${name}`, (other) => whole({ ...own, [name]: other }))
  }
  if (schema.items) yield* partsOf(schema.items, undefined, `${path}[]`, (other) => whole([other]))
  for (const choice of schema.anyOf ?? schema.oneOf ?? []) yield* partsOf(choice, value, path, whole)
}

interface Bounds {
  readonly maxLength?: number
  readonly maxItems?: number
  readonly pattern?: string
}

const isBounded = (schema: JsonSchema): boolean => {
  const { maxLength, maxItems, pattern } = schema as Bounds
  const types = [schema.type].flat()
  if (types.includes('array')) return maxItems !== undefined
  if (!types.includes('string') || schema.enum || schema.const !== undefined) return true
  const fixed =
    pattern !== undefined && /^\^.*\$$/s.test(pattern) && !/[*+]|,\}/.test(pattern.replaceAll(/\[.*?\]/g, ''))
  return maxLength !== undefined || fixed
}

const values = (schema: JsonSchema): unknown[] => {
  const { maxLength = 200 } = schema as Bounds
  const texts = [
    '',
    ' \t',
    'x',
    ' x ',
    '7',
    '-1',
    'x'.repeat(maxLength),
    'x'.repeat(maxLength + 1),
    'x'.repeat(100_000),
  ]
  return [...texts, -1, 0, 1, 1.5, 61, 2 ** 31, 2 ** 53, 1e308, true, null, [], [[]], ['x'], {}, { x: 1 }]
}

const isBlank = (value: unknown): boolean => typeof value === 'string' && value.trim() === ''

describe('the description of what operations take', () => {
  it('bounds every text and every list', () => {
    for (const { name, schema, example } of all) {
      for (const part of partsOf(schema, example)) {
        assert.ok(isBounded(part.schema), `${name}${part.path} has no bound: ${JSON.stringify(part.schema)}`)
      }
    }
  })

  it('takes what the code takes, and refuses what it refuses', () => {
    const differences: string[] = []
    for (const { name, code, schema, document: check, example } of all) {
      const compare = (path: string, whole: unknown, value: unknown): void => {
        const read = code.safeParse(whole)
        const taken = check(whole) as boolean
        if (read.success === taken) return
        // What only a parser can tell, such as whether an address is one, the document says in words. Not so what is blank or missing.
        const inWords = !read.success && read.error.issues.every(({ code: issue }) => issue === 'custom')
        if (inWords && value !== undefined && !isBlank(value)) return
        const shown = JSON.stringify(value)?.slice(0, 60)
        const why = read.success ? ajv.errorsText(check.errors) : read.error.issues[0]?.message
        differences.push(`${name}${path}: ${shown} is ${read.success ? 'taken' : 'refused'} by the code alone (${why})`)
      }
      for (const part of partsOf(schema, example)) {
        for (const value of values(part.schema)) compare(part.path, part.with(value), value)
      }
      if (example === undefined) continue
      compare(' as {}', {}, undefined)
      for (const field of Object.keys(example as object)) {
        const { [field]: _left, ...rest } = example as Record<string, unknown>
        compare(` without ${field}`, rest, undefined)
      }
    }
    assert.deepEqual(differences, [])
  })
})
