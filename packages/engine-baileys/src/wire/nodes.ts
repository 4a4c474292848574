import type { BinaryNode } from '@switchboard/link'

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

export const childBytes = (node: BinaryNode | undefined, tag: string): Uint8Array | undefined =>
  bytesOf(childOf(node, tag))

/** A big-endian number in a child's content. */
export function childNumber(node: BinaryNode | undefined, tag: string): number | undefined {
  const bytes = childBytes(node, tag)
  return bytes && bytes.length > 0 && bytes.length <= 6 ? Buffer.from(bytes).readUIntBE(0, bytes.length) : undefined
}

/** `value` as `length` big-endian bytes. */
export function bigEndian(value: number, length: number): Uint8Array {
  const bytes = Buffer.alloc(length)
  bytes.writeUIntBE(value, 0, length)
  return bytes
}

export const serverJid = '@s.whatsapp.net'

/** Stanza time (seconds) as Unix ms; 0 when it is missing: see {@link dated}. */
export function stanzaTime(node: BinaryNode): number {
  const seconds = Number(node.attrs['t'])
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0
}

/** A stanza that says no time of its own, with the time at which it came (Unix ms). */
export const dated = (node: BinaryNode, now: number): BinaryNode =>
  stanzaTime(node) > 0 ? node : { ...node, attrs: { ...node.attrs, t: String(Math.floor(now / 1000)) } }

/** All message ids of a receipt: its own and those in its list. */
export function receiptIds(node: BinaryNode): string[] {
  const listed = childrenNamed(childOf(node, 'list'), 'item').map((item) => item.attrs['id'])
  return [node.attrs['id'], ...listed].filter((id): id is string => typeof id === 'string' && id !== '')
}
