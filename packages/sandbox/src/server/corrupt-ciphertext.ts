import type { WireNode } from '../wire/node.ts'

/** A copy of a message in which one byte of every sealed body is flipped: past the version byte, so that it still looks like a message. */
export function corruptCiphertext(node: WireNode, pick: (limit: number) => number): WireNode {
  if (node.tag === 'enc' && node.content instanceof Uint8Array && node.content.length > 1) {
    const content = Uint8Array.from(node.content)
    const position = 1 + pick(content.length - 1)
    content[position]! ^= 0x55
    return { ...node, content }
  }
  if (!Array.isArray(node.content)) return node
  return { ...node, content: (node.content as readonly WireNode[]).map((item) => corruptCiphertext(item, pick)) }
}
