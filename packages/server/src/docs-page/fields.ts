import { html, words } from './html.ts'
import type { JsonSchema, OpenApiParameter } from './openapi-document.ts'
import { limitWords, resolved, type Schemas, typeWords } from './schema-words.ts'

export type Side = 'sent' | 'answered'

interface Field {
  readonly name: string
  /** What kind of value it holds, or whatever else stands next to the name. */
  readonly kind: string
  readonly notes: readonly string[]
  /** For the script that fills in a request. */
  readonly data?: Readonly<Record<string, string>>
}

const attributes = (data: Field['data'] = {}): string =>
  Object.entries(data)
    .map(([name, value]) => ` data-${name}="${html(value)}"`)
    .join('')

/** One entry of a list of names and what they mean. It is no table: names and meanings are as wide as the screen allows. */
export const field = ({ name, kind, notes, data }: Field): string =>
  `<div${attributes(data)}><dt><code>${html(name)}</code> <span>${words(kind)}</span></dt><dd>${notes.filter(Boolean).map(words).join(' ')}</dd></div>`

export const list = (title: string, fields: string): string => (fields ? `<h3>${title}</h3><dl>${fields}</dl>` : '')

/** What is sent may be left out unless it is required; what is answered is there unless it may be absent. */
const presenceOf = (required: boolean, side: Side): string => {
  if (side === 'sent') return required ? 'Required.' : ''
  return required ? '' : 'May be absent.'
}

const ended = (text = ''): string => text.replace(/(?<=[^.:!?])$/, '.')

const notesOf = (schema: JsonSchema, required: boolean, side: Side, schemas: Schemas): string[] => [
  presenceOf(required, side),
  ended(resolved(schema, schemas).description),
  // Of an answer only the choices are news: nobody has to keep to its limits.
  side === 'sent' || resolved(schema, schemas).enum ? limitWords(schema, schemas) : '',
]

const deepest = 3

/** Fields of an object, those of inner objects by their path. */
export const fieldsOf = (given: JsonSchema, schemas: Schemas, side: Side, prefix = '', depth = 0): string => {
  const schema = resolved(given, schemas)
  return Object.entries(schema.properties ?? {})
    .map(([name, property]) => {
      const inner = resolved(property, schemas)
      const isList = inner.type === 'array'
      const nested = isList ? resolved(inner.items ?? {}, schemas) : inner
      const path = `${prefix}${name}`
      const required = schema.required?.includes(name) ?? false
      const row = field({
        name: path,
        kind: typeWords(property, schemas),
        notes: notesOf(property, required, side, schemas),
      })
      if (!nested.properties || depth > deepest) return row
      return row + fieldsOf(nested, schemas, side, `${path}${isList ? '[]' : ''}.`, depth + 1)
    })
    .join('')
}

/** Parts of the address and headers of a request. */
export const parameterFields = (parameters: readonly OpenApiParameter[], schemas: Schemas): string =>
  parameters
    .map(({ name, in: place, required, description, schema, example }) =>
      field({
        name,
        kind: `${place}, ${typeWords(schema, schemas)}`,
        notes: notesOf({ ...schema, ...(description && { description }) }, required, 'sent', schemas),
        data: {
          in: place,
          name,
          ...(required && { required: '' }),
          ...(example !== undefined && { example: String(example) }),
        },
      }),
    )
    .join('')
