import { readFileSync } from 'node:fs'
import protobuf from 'protobufjs'
import { keepUnknown } from './unknown-fields.ts'

/** Encodes and decodes one protobuf message as a plain object: absent fields are absent, 64-bit numbers are numbers, enums are numbers. What the
 *  schema does not name stays in `unknownFields`, and is written again. */
export interface MessageCodec<T extends object> {
  encode(value: T): Uint8Array
  /** @throws when the bytes are not that message */
  decode(bytes: Uint8Array): T
}

let root: protobuf.Root | undefined

function lookup(name: string): protobuf.Type {
  root ??= readSchema()
  return root.lookupType(`sandbox.${name}`)
}

function readSchema(): protobuf.Root {
  const { root } = protobuf.parse(readFileSync(new URL('./schema.proto', import.meta.url), 'utf8'), { keepCase: true })
  keepUnknown(root)
  return root
}

/** A codec for a message of schema.proto. The schema is read at the first use, once a process. */
export function messageCodec<T extends object>(name: string): MessageCodec<T> {
  let type: protobuf.Type | undefined
  const resolved = (): protobuf.Type => {
    type ??= lookup(name)
    return type
  }
  return {
    encode: (value) => resolved().encode(value).finish(),
    decode: (bytes) => {
      const t = resolved()
      return t.toObject(t.decode(bytes), { longs: Number }) as T
    },
  }
}
