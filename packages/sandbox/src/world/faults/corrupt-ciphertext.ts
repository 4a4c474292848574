import type { WireNode } from '../../wire/node.ts'
import { SyncdPatch } from '../../wire/proto/index.ts'

type Pick = (limit: number) => number

/** Whether there is anything sealed in a stanza: parts of a message, or patches of app state. */
export function holdsCiphertext(node: WireNode): boolean {
  if (node.content instanceof Uint8Array) return isSealed(node) && node.content.length > 1
  return Array.isArray(node.content) && (node.content as readonly WireNode[]).some(holdsCiphertext)
}

/** A copy of a stanza in which one byte of every sealed body is flipped, so that all of it still looks as it should. */
export function corruptCiphertext(node: WireNode, pick: Pick): WireNode {
  if (node.content instanceof Uint8Array) {
    return holdsCiphertext(node) ? { ...node, content: spoilt(node.tag, node.content, pick) } : node
  }
  if (!Array.isArray(node.content)) return node
  return { ...node, content: (node.content as readonly WireNode[]).map((item) => corruptCiphertext(item, pick)) }
}

function isSealed({ tag }: WireNode): boolean {
  return tag === 'enc' || tag === 'patch'
}

function spoilt(tag: string, content: Uint8Array, pick: Pick): Uint8Array {
  return tag === 'enc' ? flipped(content, authenticated(content.length, pick)) : spoiltPatch(content, pick)
}

/** A place that a MAC or a signature covers: what comes before and behind in the first message of a session, up to eight numbers at its end, nobody checks. */
const authenticated = (length: number, pick: Pick): number => Math.max(1, length - 9 - pick(16))

/** The values are spoilt: their MACs no longer hold, nor does that of the patch. */
function spoiltPatch(content: Uint8Array, pick: Pick): Uint8Array {
  const patch = SyncdPatch.decode(content)
  const mutations = (patch.mutations ?? []).map((mutation) => {
    const blob = mutation.record?.value?.blob ?? new Uint8Array(0)
    const value = { blob: flipped(blob, pick(Math.max(1, blob.length))) }
    return { ...mutation, record: { ...mutation.record, value } }
  })
  return SyncdPatch.encode({ ...patch, mutations })
}

function flipped(bytes: Uint8Array, position: number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  if (position < copy.length) copy[position]! ^= 0x55
  return copy
}
