import { z } from 'zod'
import { codeNames } from '../schemas/code-names.ts'
import { innermost } from './coerce-text.ts'

/** Brings the fields of a body to their own names. */
export type Naming = (body: unknown) => unknown

const keep: Naming = (body) => body

interface NamingOptions {
  /** As programs of the reference need it: names without underscores count, and fields that are not known are left out. */
  readonly lenient: boolean
}

/** Other spellings of each field → its name. Go binds the name of a field in any case of letters (encoding/json), and that of a form by the field of the struct,
 *  which has no underscores. */
const spellingsOf = (names: readonly string[], lenient: boolean): Map<string, string> => {
  const spellings = new Map<string, string>()
  for (const name of names) {
    if (lenient) spellings.set(name.replaceAll('_', '').toLowerCase(), name)
    const codeName = codeNames[name]
    if (codeName !== undefined) spellings.set(codeName.toLowerCase(), name)
  }
  for (const name of names) spellings.set(name.toLowerCase(), name)
  return spellings
}

const isFields = (body: unknown): body is Record<string, unknown> =>
  typeof body === 'object' && body !== null && !Array.isArray(body)

const rename = (
  body: Readonly<Record<string, unknown>>,
  names: ReadonlySet<string>,
  spellings: ReadonlyMap<string, string>,
  dropsOthers: boolean,
): Record<string, unknown> => {
  const renamed: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(body)) {
    const name = names.has(key) ? key : spellings.get(key.toLowerCase())
    // The right spelling counts before any other one, and what comes twice is refused as unknown.
    const isFree = name !== undefined && !Object.hasOwn(renamed, name) && !(name !== key && Object.hasOwn(body, name))
    if (isFree) renamed[name] = value
    else if (!dropsOthers) renamed[key] = value
  }
  return renamed
}

/** Knows the fields of a schema by every name under which they may come. */
export const namingOf = (schema: z.ZodType | undefined, { lenient }: NamingOptions): Naming => {
  const inner = innermost(schema)
  if (!(inner instanceof z.ZodObject)) return keep
  const { catchall } = inner.def
  const takesOthers = catchall !== undefined && !(catchall instanceof z.ZodNever)
  const names = new Set(Object.keys(inner.shape))
  const spellings = spellingsOf([...names], lenient)
  const isRight = (key: string): boolean => names.has(key)
  return (body) =>
    !isFields(body) || Object.keys(body).every(isRight) ? body : rename(body, names, spellings, lenient && !takesOthers)
}
