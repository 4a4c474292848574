import { parseJid } from './jid.ts'
import type { Jid, WireNode } from './node.ts'

const noChildren: readonly WireNode[] = []

/** Child stanzas; empty when the content is bytes, text or absent. */
export function children(node: WireNode, tag?: string): readonly WireNode[] {
  if (!Array.isArray(node.content)) return noChildren
  const all = node.content as readonly WireNode[]
  return tag === undefined ? all : all.filter((child) => child.tag === tag)
}

export function child(node: WireNode | undefined, tag: string): WireNode | undefined {
  if (!node || !Array.isArray(node.content)) return undefined
  return (node.content as readonly WireNode[]).find((candidate) => candidate.tag === tag)
}

/** Content as bytes. Clients send short texts as dictionary tokens, so strings are taken too. */
export function contentBytes(node: WireNode | undefined): Uint8Array | undefined {
  const content = node?.content
  if (typeof content === 'string') return Buffer.from(content)
  return content instanceof Uint8Array ? content : undefined
}

export function contentText(node: WireNode | undefined): string | undefined {
  const content = node?.content
  if (typeof content === 'string') return content
  return content instanceof Uint8Array ? Buffer.from(content).toString('utf8') : undefined
}

/** An attribute that is text; undefined when absent or a JID. */
export function textAttr(node: WireNode | undefined, name: string): string | undefined {
  const value = node?.attrs[name]
  return typeof value === 'string' ? value : undefined
}

/** An attribute that is an address. Some clients write addresses as text, so text is parsed. */
export function jidAttr(node: WireNode | undefined, name: string): Jid | undefined {
  const value = node?.attrs[name]
  return typeof value === 'string' ? parseJid(value) : value
}

/** Big-endian number of up to 6 bytes. */
export function contentNumber(node: WireNode | undefined): number | undefined {
  const bytes = contentBytes(node)
  if (!bytes || bytes.length === 0 || bytes.length > 6) return undefined
  return bytes.reduce((total, byte) => total * 256 + byte, 0)
}

/** `value` as `width` big-endian bytes. */
export function numberBytes(value: number, width: number): Uint8Array {
  const bytes = new Uint8Array(width)
  let rest = value
  for (let index = width - 1; index >= 0; index--) {
    bytes[index] = rest & 0xff
    rest = Math.floor(rest / 256)
  }
  return bytes
}
