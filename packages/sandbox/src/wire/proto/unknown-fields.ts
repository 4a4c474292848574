import protobuf from 'protobufjs'

/** Something that was decoded, with what the schema does not name. Under a name of its own, so that it goes through JSON and copies. */
export interface Kept {
  /** Whole fields, tags included, as they came. */
  unknownFields?: Uint8Array
}

/** One field that the schema does not name. */
export interface UnknownField {
  readonly number: number
  /** Its content as it came, without tag and length. */
  readonly content: Uint8Array
}

type Steps = Pick<protobuf.Type, 'encode' | 'decode' | 'toObject'>

/** Makes every type of a schema keep the fields that it does not name: the library drops them. */
export function keepUnknown(namespace: protobuf.NamespaceBase): void {
  if (namespace instanceof protobuf.Type) wrap(namespace)
  for (const inner of namespace.nestedArray) if (inner instanceof protobuf.Namespace) keepUnknown(inner)
}

/** The library makes the code of a type when it is first used, and calls it through the type: also for what is inside of others. */
function wrap(type: protobuf.Type): void {
  type.setup = () => {
    protobuf.Type.prototype.setup.call(type)
    const { encode, decode, toObject }: Steps = type
    type.encode = (...args: Parameters<Steps['encode']>) => {
      const writer = encode.apply(type, args)
      const { unknownFields } = args[0] as Kept
      if (unknownFields) write(unknownFields, writer)
      return writer
    }
    type.decode = (...args: Parameters<Steps['decode']>) => {
      const [from, ...rest] = args
      const reader = from instanceof protobuf.Reader ? from : protobuf.Reader.create(from)
      const start = reader.pos
      const message = decode.call(type, reader, ...rest)
      const kept = unknownIn(type, reader.buf.subarray(start, reader.pos))
      return kept.length > 0 ? Object.assign(message, { unknownFields: kept }) : message
    }
    type.toObject = (...args: Parameters<Steps['toObject']>) => {
      const object = toObject.apply(type, args)
      const { unknownFields } = args[0] as Kept
      return unknownFields ? { ...object, unknownFields } : object
    }
    return type
  }
}

function unknownIn(type: protobuf.Type, bytes: Uint8Array): Uint8Array {
  const reader = protobuf.Reader.create(bytes)
  const kept: Uint8Array[] = []
  while (reader.pos < reader.len) {
    const start = reader.pos
    const tag = reader.uint32()
    reader.skipType(tag & 7)
    if (!type.fieldsById[tag >>> 3]) kept.push(bytes.subarray(start, reader.pos))
  }
  return kept.length > 0 ? new Uint8Array(Buffer.concat(kept)) : new Uint8Array()
}

/** The fields one by one: a writer takes no bytes without their length. Groups, which nobody uses, are left out. */
function write(fields: Uint8Array, writer: protobuf.Writer): void {
  const reader = protobuf.Reader.create(fields)
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    const wireType = tag & 7
    if (wireType === 0) writer.uint32(tag).uint64(reader.uint64())
    else if (wireType === 1) writer.uint32(tag).fixed64(reader.fixed64())
    else if (wireType === 2) writer.uint32(tag).bytes(reader.bytes())
    else if (wireType === 5) writer.uint32(tag).fixed32(reader.fixed32())
    else reader.skipType(wireType)
  }
}

/** The fields of something decoded that its schema does not name, in the order in which they came. */
export function unknownFieldsOf({ unknownFields }: Kept): UnknownField[] {
  if (!unknownFields) return []
  const reader = protobuf.Reader.create(unknownFields)
  const found: UnknownField[] = []
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    const start = reader.pos
    if ((tag & 7) === 2) found.push({ number: tag >>> 3, content: new Uint8Array(reader.bytes()) })
    else {
      reader.skipType(tag & 7)
      found.push({ number: tag >>> 3, content: unknownFields.slice(start, reader.pos) })
    }
  }
  return found
}
