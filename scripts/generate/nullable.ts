type Json = Record<string, unknown>

const isNull = (schema: Json): boolean => schema['type'] === 'null'

const withNull = ({ type, enum: choices, ...rest }: Json): Json => ({
  type: [...[type].flat(), 'null'],
  ...(Array.isArray(choices) && { enum: [...choices, null] }),
  ...rest,
})

/** A schema that is one type, by itself or by a reference to one; undefined for anything else. */
const scalar = (schema: Json, components: Readonly<Record<string, Json>>): Json | undefined => {
  const name = typeof schema['$ref'] === 'string' ? schema['$ref'].replace('#/components/schemas/', '') : undefined
  const found = name === undefined ? schema : components[name]
  if (!found || found['const'] !== undefined) return undefined
  const { type } = found
  const simple = typeof type === 'string' && type !== 'null' && (name === undefined || !/^(object|array)$/.test(type))
  return simple ? found : undefined
}

/** Says `type: [X, "null"]` where a schema says `anyOf: [X, null]`: generators understand the first everywhere. A named scalar is written out for it; a named object
 *  stays a reference. */
export const nullableAsTypes = (node: unknown, components: Readonly<Record<string, Json>>): unknown => {
  if (Array.isArray(node)) return node.map((each) => nullableAsTypes(each, components))
  if (typeof node !== 'object' || node === null) return node
  const { anyOf, ...own } = node as Json
  const choices = Array.isArray(anyOf) ? (anyOf as Json[]) : []
  const [one, ...others] = choices.filter((choice) => !isNull(choice))
  const single = one && others.length === 0 && choices.length === 2 ? scalar(one, components) : undefined
  const settled = single ? { ...withNull(single), ...own } : (node as Json)
  return Object.fromEntries(Object.entries(settled).map(([name, value]) => [name, nullableAsTypes(value, components)]))
}
