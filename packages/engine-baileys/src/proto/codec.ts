import type { Messages } from '../generated/messages.ts'
import { schema } from '../generated/schema.ts'
import { FieldReader, type Scalar, type ScalarKind } from './field-reader.ts'
import { FieldWriter } from './field-writer.ts'
import { type Kept, unknownFields } from './unknown-fields.ts'

/** Encodes and decodes one kind of protobuf message as a plain object. Absent fields are absent, 64-bit numbers are numbers. */
export interface Codec<Message> {
  encode(message: Message): Uint8Array
  /** Byte fields are views on `bytes`. @throws RangeError when the bytes are no message */
  decode(bytes: Uint8Array): Message
}

/**
 * The codec of a message of proto/schema. We have our own because the library's drops what it does not know, so that forwards lose it, and
 * because general ones cost tens of megabytes for a schema of which a session uses a dozen messages: here a message's fields are read from
 * the table when it is first met (docs/decisions/0011).
 */
export function codec<Name extends keyof Messages>(name: Name): Codec<Messages[Name]> {
  return {
    encode: (message) => encode(typeNamed(name), message),
    decode: (bytes) => decode(typeNamed(name), new FieldReader(bytes), bytes.length, 0) as Messages[Name],
  }
}

/** What `read` finds in bytes of others; undefined when they are no message. */
export function unlessMalformed<Found>(read: () => Found): Found | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** Numbers of the fields that a decoded message has, known and unknown ones. */
export function fieldNumbers(name: keyof Messages, message: Kept): number[] {
  const known = fieldsOf(typeNamed(name), message as Values).map(({ number }) => number)
  const unknown = (message[unknownFields] ?? []).map((raw) => new FieldReader(raw).tag(raw.length) >>> 3)
  return [...new Set([...known, ...unknown])].sort((a, b) => a - b)
}

/** Whether the message in a field has a field of that name. */
export function innerHas(name: keyof Messages, field: string, inner: string): boolean {
  const outer = typeNamed(name).byName.get(field)
  return outer?.isMessage === true && typeNamed(outer.kind).byName.has(inner)
}

/** Nobody's message nests deeper; a hostile one must not exhaust the stack. */
const deepest = 64

type Values = Record<string, unknown> & Kept

export interface Field {
  readonly number: number
  readonly name: string
  /** One letter for a scalar (scripts/generate/proto-schema.ts), else the name of a message. */
  readonly kind: string
  readonly wireType: number
  readonly isMessage: boolean
  readonly repeated: boolean
  readonly packed: boolean
}

export interface MessageType {
  readonly byNumber: readonly (Field | undefined)[]
  readonly byName: ReadonlyMap<string, Field>
}

const wireTypes: Readonly<Record<string, number>> = { s: 2, b: 2, o: 0, i: 0, u: 0, I: 0, U: 0, x: 5, f: 5, d: 1 }

let rows: Map<string, string> | undefined
const types = new Map<string, MessageType>()

/** What the schema says of a message. */
export function typeNamed(name: string): MessageType {
  const known = types.get(name)
  if (known) return known
  rows ??= new Map(schema.split('\n').map((row) => [row.slice(0, row.indexOf(' ')), row]))
  const words = rows.get(name)?.split(' ') ?? []
  const byNumber: (Field | undefined)[] = []
  const byName = new Map<string, Field>()
  for (let at = 1; at + 2 < words.length; at += 3) {
    const field = fieldOf(Number(words[at]), words[at + 1]!, words[at + 2]!)
    byNumber[field.number] = field
    byName.set(field.name, field)
  }
  const type = { byNumber, byName }
  types.set(name, type)
  return type
}

function fieldOf(number: number, marked: string, name: string): Field {
  const repeated = marked[0] === '*' || marked[0] === '+'
  const kind = repeated ? marked.slice(1) : marked
  const wireType = wireTypes[kind]
  return {
    ...{ number, name, kind, repeated },
    packed: marked[0] === '+',
    wireType: wireType ?? 2,
    isMessage: wireType === undefined,
  }
}

function decode(type: MessageType, reader: FieldReader, end: number, depth: number): Values {
  if (depth > deepest) throw new RangeError('a protobuf message nests too deep')
  const values: Values = {}
  while (reader.at < end) {
    const start = reader.at
    const tag = reader.tag(end)
    const content = reader.at
    const field = type.byNumber[tag >>> 3]
    if (field && take(values, field, tag & 7, reader, end, depth)) continue
    reader.at = content
    reader.skip(tag, end)
    values[unknownFields] = [...(values[unknownFields] ?? []), reader.bytes.subarray(start, reader.at)]
  }
  return values
}

/** Reads a field's value; false when it is not of the field's kind, or a number that JavaScript cannot hold: then it is kept as it came. */
function take(
  values: Values,
  field: Field,
  wireType: number,
  reader: FieldReader,
  end: number,
  depth: number,
): boolean {
  if (wireType !== field.wireType) return field.repeated && wireType === 2 && takePacked(values, field, reader, end)
  const value = field.isMessage ? decodeInner(field, reader, end, depth) : reader.scalar(field.kind as ScalarKind, end)
  if (value === undefined) return false
  if (field.repeated) append(values, field, value)
  else values[field.name] = value
  return true
}

function decodeInner(field: Field, reader: FieldReader, end: number, depth: number): Values {
  const inner = reader.length(end)
  return decode(typeNamed(field.kind), reader, inner, depth + 1)
}

// Whether a list is packed is the sender's choice.
function takePacked(values: Values, field: Field, reader: FieldReader, end: number): boolean {
  const listEnd = reader.length(end)
  const list: unknown[] = []
  while (reader.at < listEnd) list.push(reader.scalar(field.kind as ScalarKind, listEnd))
  if (list.includes(undefined)) return false
  for (const value of list) append(values, field, value)
  return true
}

function append(values: Values, { name }: Field, value: unknown): void {
  const list = values[name]
  if (Array.isArray(list)) list.push(value)
  else values[name] = [value]
}

function encode(type: MessageType, message: object): Uint8Array {
  const writer = new FieldWriter()
  write(type, message as Values, writer)
  return writer.finish()
}

function write(type: MessageType, values: Values, writer: FieldWriter): void {
  const unknown = values[unknownFields]
  if (unknown) for (const raw of unknown.toReversed()) writer.raw(raw)
  for (const field of fieldsOf(type, values)) {
    const value = values[field.name]
    if (!field.repeated) writeOne(field, value, writer)
    else if (field.packed) writePacked(field, value as readonly unknown[], writer)
    else for (const one of (value as readonly unknown[]).toReversed()) writeOne(field, one, writer)
  }
}

/** The fields that are there, from the last to the first. A message has a hundred and uses two. */
function fieldsOf(type: MessageType, values: Values): Field[] {
  const fields: Field[] = []
  for (const name in values) {
    const field = type.byName.get(name)
    if (field && values[name] !== undefined && values[name] !== null) fields.push(field)
  }
  return fields.length > 1 ? fields.sort((a, b) => b.number - a.number) : fields
}

function writeOne(field: Field, value: unknown, writer: FieldWriter): void {
  if (field.isMessage) {
    const end = writer.mark()
    write(typeNamed(field.kind), value as Values, writer)
    writer.lengthSince(end)
  } else writer.scalar(field.kind as ScalarKind, value as Scalar)
  writer.tag(field.number, field.wireType)
}

function writePacked(field: Field, list: readonly unknown[], writer: FieldWriter): void {
  if (list.length === 0) return
  const end = writer.mark()
  for (const one of list.toReversed()) writer.scalar(field.kind as ScalarKind, one as Scalar)
  writer.lengthSince(end)
  writer.tag(field.number, 2)
}
