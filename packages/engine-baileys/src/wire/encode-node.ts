import { type BinaryNode, encodeBinaryNode } from 'baileys'
import { LRUCache } from 'lru-cache'

/** Bytes that begin a list or a content (seen in: whatsmeow binary/token, baileys WABinary/constants.js). */
const tags = { emptyList: 0, list8: 248, list16: 249, binary8: 252, binary20: 253, binary32: 254 } as const
/** Tags, names and values that come again and again are short. */
const rememberedLength = 24
const rememberedStrings = 2000
/** The head that the library puts before the tag of a node that has nothing else: no compression, a list of one. */
const headBytes = 3

/** A stanza. Parts of it may be encoded already. */
export interface Stanza {
  readonly tag: string
  readonly attrs: Readonly<Record<string, string | undefined>>
  readonly content?: BinaryNode['content'] | readonly Stanza[] | EncodedNodes | undefined
}

/** Nodes that were encoded ahead, for a stanza that has thousands of them. */
export class EncodedNodes {
  readonly #bytes: Buffer[] = []
  #count = 0

  get count(): number {
    return this.#count
  }

  get bytes(): readonly Buffer[] {
    return this.#bytes
  }

  add(nodes: readonly Stanza[]): void {
    const parts: Uint8Array[] = []
    for (const node of nodes) write(node, parts)
    this.#bytes.push(Buffer.concat(parts))
    this.#count += nodes.length
  }
}

/**
 * A stanza as it travels, the same bytes as the library makes. The library collects single bytes in a list, which takes half a second for the megabyte of a
 * stanza that names thousands of people; here it encodes the strings alone.
 */
export function encodeStanza(stanza: Stanza): Buffer {
  const parts: Uint8Array[] = [Buffer.of(0)]
  write(stanza, parts)
  return Buffer.concat(parts)
}

function write({ tag, attrs, content }: Stanza, parts: Uint8Array[]): void {
  const present = Object.entries(attrs).filter(([, value]) => value !== undefined && value !== null)
  parts.push(listOf(2 * present.length + 1 + (content === undefined ? 0 : 1)), text(tag))
  for (const [name, value] of present) parts.push(text(name), text(value!))
  if (content === undefined) return
  if (typeof content === 'string') parts.push(text(content))
  else if (content instanceof Uint8Array) parts.push(lengthOf(content.length), content)
  else if (content instanceof EncodedNodes) parts.push(listOf(content.count), ...content.bytes)
  else {
    parts.push(listOf(content.length))
    for (const child of content) write(child, parts)
  }
}

const strings = new LRUCache<string, Uint8Array>({ max: rememberedStrings })

/** Text as the library encodes it: as a token, packed, or as an address. */
function text(value: string): Uint8Array {
  if (value === '') return Buffer.of(tags.binary8, 0)
  const known = strings.get(value)
  if (known) return known
  const bytes = encodeBinaryNode({ tag: value, attrs: {} }).subarray(headBytes)
  if (value.length <= rememberedLength) strings.set(value, bytes)
  return bytes
}

function listOf(length: number): Uint8Array {
  if (length === 0) return Buffer.of(tags.emptyList)
  if (length < 256) return Buffer.of(tags.list8, length)
  return Buffer.of(tags.list16, length >> 8, length & 0xff)
}

function lengthOf(bytes: number): Uint8Array {
  if (bytes < 256) return Buffer.of(tags.binary8, bytes)
  if (bytes < 2 ** 20) return Buffer.of(tags.binary20, bytes >> 16, (bytes >> 8) & 0xff, bytes & 0xff)
  const head = Buffer.of(tags.binary32, 0, 0, 0, 0)
  head.writeUInt32BE(bytes, 1)
  return head
}
