type Json = Record<string, unknown>

/** One of several ways to fill an object, said as conditions: generators make a class of each alternative, and pass over conditions. */
const asConditions = ([first, ...others]: readonly Json[]): Json =>
  others.length === 0 ? first! : { if: first, else: asConditions(others) }

const largestInt32 = 2 ** 31 - 1

/** A whole number of which nothing says that it is small: many languages take it for one of 32 bits. */
const wide = (schema: Json): Json =>
  [schema['type']].flat().includes('integer') && ((schema['maximum'] as number | undefined) ?? Infinity) > largestInt32
    ? { ...schema, format: 'int64' }
    : schema

const settled = ({ anyOf, ...own }: Json): Json => {
  if (Array.isArray(anyOf)) return own['type'] === 'object' ? { ...own, ...asConditions(anyOf) } : { anyOf, ...own }
  const types = Array.isArray(own['type']) ? own['type'].filter((type) => type !== 'null') : []
  const { type: _several, ...rest } = own
  return types.length > 1 ? { ...rest, anyOf: types.map((type) => ({ type })) } : wide(own)
}

const walk = (node: unknown): unknown => {
  if (Array.isArray(node)) return node.map(walk)
  if (typeof node !== 'object' || node === null) return node
  return Object.fromEntries(Object.entries(settled(node as Json)).map(([name, value]) => [name, walk(value)]))
}

/** A name for a text or a number that has one already is written out: some generators make no type of it, and use it. */
const writtenOut = (schemas: Readonly<Record<string, Json>>): Json =>
  Object.fromEntries(
    Object.entries(schemas).map(([name, { $ref, ...own }]) => {
      if (typeof $ref !== 'string') return [name, own]
      const target = schemas[$ref.replace('#/components/schemas/', '')] ?? {}
      return [name, target['type'] === 'object' ? { $ref, ...own } : { ...target, ...own }]
    }),
  )

/** The document, said in the words that generators of clients understand. It means the same. */
export const forGenerators = <Document extends { readonly components: { readonly schemas: Json } }>(
  document: Document,
): Document => {
  const schemas = writtenOut(document.components.schemas as Record<string, Json>)
  return walk({ ...document, components: { ...document.components, schemas } }) as Document
}
