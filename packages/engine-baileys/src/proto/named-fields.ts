import type { Messages } from '../generated/messages.ts'
import { enums } from '../generated/schema.ts'
import { type Field, typeNamed } from './codec.ts'

/** A message as JSON has it, by WhatsApp's own names: bytes are base64, and a number of an enum that the schema names is its name. What the schema does not
 *  know is left out. */
export function namedFields(name: keyof Messages, message: object): Record<string, unknown> {
  const { byName } = typeNamed(name)
  const named: Record<string, unknown> = {}
  for (const [field, value] of Object.entries(message)) {
    const known = byName.get(field)
    if (!known || value === undefined || (Array.isArray(value) && value.length === 0)) continue
    named[field] = Array.isArray(value)
      ? value.map((one) => namedValue(name, known, one))
      : namedValue(name, known, value)
  }
  return named
}

function namedValue(message: string, { name, kind, isMessage }: Field, value: unknown): unknown {
  if (isMessage) return namedFields(kind as keyof Messages, value as object)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  return typeof value === 'number' ? (namesOf(`${message}.${name}`)?.get(value) ?? value) : value
}

let rows: Map<string, string> | undefined

function namesOf(field: string): ReadonlyMap<number, string> | undefined {
  rows ??= new Map(enums.split('\n').map((row) => [row.slice(0, row.indexOf(' ')), row]))
  const words = rows.get(field)?.split(' ').slice(1)
  return words && new Map(words.flatMap((word, at) => (at % 2 === 0 ? [[Number(word), words[at + 1]!] as const] : [])))
}
