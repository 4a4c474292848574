import type { BinaryNode } from '../binary-node.ts'

/** WhatsApp itself, as stanzas address it. */
export const serverJid = '@s.whatsapp.net'

/** The children of a node; none when its content is something else. */
export const childrenOf = (node: BinaryNode | undefined): readonly BinaryNode[] =>
  Array.isArray(node?.content) ? node.content : []

export const childOf = (node: BinaryNode | undefined, tag: string): BinaryNode | undefined =>
  childrenOf(node).find((child) => child.tag === tag)

export const childrenNamed = (node: BinaryNode | undefined, tag: string): readonly BinaryNode[] =>
  childrenOf(node).filter((child) => child.tag === tag)

/** A node's content as bytes. Text arrives as a string when it was a dictionary token. */
export function bytesOf(node: BinaryNode | undefined): Uint8Array | undefined {
  if (node?.content instanceof Uint8Array) return node.content
  return typeof node?.content === 'string' ? Buffer.from(node.content) : undefined
}

/** A node's content as text; blank when it has none. */
export const textOf = (node: BinaryNode | undefined): string => Buffer.from(bytesOf(node) ?? []).toString()

/** `value` as `length` big-endian bytes. */
export function bigEndian(value: number, length: number): Uint8Array {
  const bytes = Buffer.alloc(length)
  bytes.writeUIntBE(value, 0, length)
  return bytes
}
