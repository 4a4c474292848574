import { z } from 'zod'

/** The schema of a value, without what says that it may be absent or becomes another one. */
export const innermost = (schema: unknown): unknown => {
  let current = schema
  while (
    current instanceof z.ZodOptional ||
    current instanceof z.ZodNullable ||
    current instanceof z.ZodDefault ||
    current instanceof z.ZodPrefault ||
    current instanceof z.ZodPipe
  ) {
    current = current instanceof z.ZodPipe ? current.in : current.unwrap()
  }
  return current
}

const coerce = (schema: unknown, value: unknown): unknown => {
  const inner = innermost(schema)
  if (typeof value !== 'string') return value
  if (inner instanceof z.ZodNumber && /^-?\d+(\.\d+)?$/.test(value)) return Number(value)
  if (inner instanceof z.ZodBoolean && /^(true|1|yes|on)$/i.test(value)) return true
  if (inner instanceof z.ZodBoolean && /^(false|0|no|off)$/i.test(value)) return false
  if (inner instanceof z.ZodArray) return [value]
  // A word, or a list in which it is the only one.
  if (inner instanceof z.ZodUnion && inner.options.some((option) => option instanceof z.ZodArray)) {
    const isWord = inner.options.some((option) => option instanceof z.ZodLiteral && option.values.has(value))
    return isWord ? value : [value]
  }
  return value
}

/** Fields of paths, queries and forms are text; this turns them into the numbers and booleans that their schema asks for. Only decimal digits are a
 *  number: what else JavaScript would take for one (`0x1f`, `1e3`, blanks) stays text, and is refused. */
export const coerceText = (schema: z.ZodType, fields: Record<string, unknown>): Record<string, unknown> => {
  const inner = innermost(schema)
  if (!(inner instanceof z.ZodObject)) return fields
  const shape: Record<string, unknown> = inner.shape
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, coerce(shape[name], value)]))
}
