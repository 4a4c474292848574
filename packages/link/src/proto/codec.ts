import { FieldReader, type Scalar, type ScalarKind } from './field-reader.ts'
import { FieldWriter } from './field-writer.ts'
import { type Kept, unknownFields } from './unknown-fields.ts'

/** Encodes and decodes one kind of protobuf message as a plain object. Absent fields are absent, 64-bit numbers are numbers. */
export interface Codec<Message> {
  encode(message: Message): Uint8Array
  /** Byte fields are views on `bytes`. @throws RangeError when the bytes are no message */
  decode(bytes: Uint8Array): Message
}

/** The codecs of all messages of a schema. */
export interface Codecs<Messages> {
  codec<Name extends keyof Messages & string>(name: Name): Codec<Messages[Name]>
  /** What the schema says of a message. */
  typeNamed(name: string): MessageType
  /** Numbers of the fields that a decoded message has, known and unknown ones. */
  fieldNumbers(name: keyof Messages & string, message: Kept): number[]
  /** Whether the message in a field has a field of that name. */
  innerHas(name: keyof Messages & string, field: string, inner: string): boolean
}

/**
 * Codecs for a schema, given as a table that `npm run generate` makes. We have our own because the library's drops what it does not know, so that
 * forwards lose it, and because general ones cost tens of megabytes for a schema of which a session uses a dozen messages: here a message's
 * fields are read from the table when it is first met (docs/decisions/0011).
 */
export function codecsOf<Messages>(schema: string): Codecs<Messages> {
  const types = new Types(schema)
  return {
    codec: <Name extends keyof Messages & string>(name: Name): Codec<Messages[Name]> => ({
      encode: (message) => encode(types.named(name), message as object),
      decode: (bytes) => decode(types.named(name), new FieldReader(bytes), bytes.length, 0) as Messages[Name],
    }),
    typeNamed: (name) => types.named(name),
    fieldNumbers(name, message) {
      const known = fieldsOf(types.named(name), message as Values).map(({ number }) => number)
      const unknown = (message[unknownFields] ?? []).map((raw) => new FieldReader(raw).tag(raw.length) >>> 3)
      return [...new Set([...known, ...unknown])].sort((a, b) => a - b)
    },
    innerHas(name, field, inner) {
      const outer = types.named(name).byName.get(field)
      return outer?.isMessage === true && types.named(outer.kind).byName.has(inner)
    },
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
  readonly all: Types
  readonly byNumber: readonly (Field | undefined)[]
  readonly byName: ReadonlyMap<string, Field>
}

const wireTypes: Readonly<Record<string, number>> = { s: 2, b: 2, o: 0, i: 0, u: 0, I: 0, U: 0, x: 5, f: 5, d: 1 }

/** The messages of a schema, read from its table as they are met. */
class Types {
  readonly #schema: string
  #rows: Map<string, string> | undefined
  readonly #met = new Map<string, MessageType>()

  constructor(schema: string) {
    this.#schema = schema
  }

  named(name: string): MessageType {
    const known = this.#met.get(name)
    if (known) return known
    this.#rows ??= new Map(this.#schema.split('\n').map((row) => [row.slice(0, row.indexOf(' ')), row]))
    const words = this.#rows.get(name)?.split(' ') ?? []
    const byNumber: (Field | undefined)[] = []
    const byName = new Map<string, Field>()
    for (let at = 1; at + 2 < words.length; at += 3) {
      const field = fieldOf(Number(words[at]), words[at + 1]!, words[at + 2]!)
      byNumber[field.number] = field
      byName.set(field.name, field)
    }
    const type = { all: this, byNumber, byName }
    this.#met.set(name, type)
    return type
  }
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
    if (field && take(values, type, field, tag & 7, reader, end, depth)) continue
    reader.at = content
    reader.skip(tag, end)
    keepUnknown(values, reader.bytes.subarray(start, reader.at))
  }
  return values
}

// Anybody may send a message of unknown fields alone: a list that is copied for each would hold the thread up.
function keepUnknown(values: Values, raw: Uint8Array): void {
  const kept = values[unknownFields] as Uint8Array[] | undefined
  if (kept) kept.push(raw)
  else values[unknownFields] = [raw]
}

/** Reads a field's value; false when it is not of the field's kind, or a number that JavaScript cannot hold: then it is kept as it came. */
function take(
  values: Values,
  { all }: MessageType,
  field: Field,
  wireType: number,
  reader: FieldReader,
  end: number,
  depth: number,
): boolean {
  if (wireType !== field.wireType) return field.repeated && wireType === 2 && takePacked(values, field, reader, end)
  const value = field.isMessage
    ? decodeInner(all.named(field.kind), reader, end, depth)
    : reader.scalar(field.kind as ScalarKind, end)
  if (value === undefined) return false
  if (field.repeated) append(values, field, value)
  else values[field.name] = value
  return true
}

function decodeInner(type: MessageType, reader: FieldReader, end: number, depth: number): Values {
  const inner = reader.length(end)
  return decode(type, reader, inner, depth + 1)
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
    if (!field.repeated) writeOne(type, field, value, writer)
    else if (field.packed) writePacked(field, value as readonly unknown[], writer)
    else for (const one of (value as readonly unknown[]).toReversed()) writeOne(type, field, one, writer)
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

function writeOne({ all }: MessageType, field: Field, value: unknown, writer: FieldWriter): void {
  if (field.isMessage) {
    const end = writer.mark()
    write(all.named(field.kind), value as Values, writer)
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
