import { type BinaryNode, bytesOf, childOf, childrenNamed } from '@switchboard/link'

export { bigEndian, bytesOf, childOf, childrenNamed, childrenOf, serverJid, textOf } from '@switchboard/link'

export const childBytes = (node: BinaryNode | undefined, tag: string): Uint8Array | undefined =>
  bytesOf(childOf(node, tag))

/** A big-endian number in a child's content. */
export function childNumber(node: BinaryNode | undefined, tag: string): number | undefined {
  const bytes = childBytes(node, tag)
  return bytes && bytes.length > 0 && bytes.length <= 6 ? Buffer.from(bytes).readUIntBE(0, bytes.length) : undefined
}

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
