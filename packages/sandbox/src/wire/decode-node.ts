import { inflateSync } from 'node:zlib'
import { formatJid, isJidServer } from './jid.ts'
import type { AttributeValue, Jid, WireNode } from './node.ts'
import { domainServers, tags } from './tags.ts'
import { doubleByteTokens, singleByteTokens } from './tokens.ts'
import { WireError } from './wire-error.ts'

/** Stanzas of real clients stay far below both. */
const maxDepth = 32
const maxInflatedBytes = 16 * 1024 * 1024
/** Nodes and attributes of one stanza: a few bytes of a compressed frame can claim millions of them. The largest of real clients (a usync of all
 *  contacts, the members of a community) have some ten thousand. */
const maxParts = 100_000

/** Decodes one stanza, flag byte first. Binary content is a view of `frame`: copy what you keep.
 *  @throws WireError for anything that is not exactly one well-formed stanza. */
export function decodeNode(frame: Uint8Array): WireNode {
  const reader = new NodeReader(inflated(frame))
  const node = reader.node(0)
  reader.expectEnd()
  return node
}

function inflated(frame: Uint8Array): Buffer {
  if (frame.length < 2) throw new WireError('a frame without a stanza')
  const body = Buffer.from(frame.buffer, frame.byteOffset + 1, frame.length - 1)
  if ((frame[0]! & 2) === 0) return body
  try {
    return inflateSync(body, { maxOutputLength: maxInflatedBytes })
  } catch {
    throw new WireError('a compressed stanza that does not inflate')
  }
}

class NodeReader {
  readonly #bytes: Buffer
  #at = 0
  #parts = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  expectEnd(): void {
    if (this.#at !== this.#bytes.length) throw new WireError(`${this.#bytes.length - this.#at} bytes after the stanza`)
  }

  node(depth: number): WireNode {
    if (depth > maxDepth) throw new WireError(`deeper than ${maxDepth} levels`)
    const size = this.#listSize(this.#byte())
    if (size === 0) throw new WireError('an empty list in place of a stanza')
    const tag = this.#text(this.#byte())
    if (tag === '') throw new WireError('a stanza without a tag')
    this.#count(1 + ((size - 1) >> 1))
    const attrs = this.#attributes((size - 1) >> 1)
    return size % 2 === 1 ? { tag, attrs } : this.#withContent(tag, attrs, depth)
  }

  #count(parts: number): void {
    this.#parts += parts
    if (this.#parts > maxParts) throw new WireError(`more than ${maxParts} nodes and attributes`)
  }

  #attributes(count: number): Record<string, AttributeValue> {
    const attrs: Record<string, AttributeValue> = {}
    for (let index = 0; index < count; index++) {
      const name = this.#text(this.#byte())
      // A stanza must not reach the prototype of the object that holds its attributes.
      if (name === '__proto__') throw new WireError('an attribute named __proto__')
      attrs[name] = this.#value(this.#byte())
    }
    return attrs
  }

  #withContent(tag: string, attrs: Record<string, AttributeValue>, depth: number): WireNode {
    const kind = this.#byte()
    switch (kind) {
      case tags.listEmpty:
      case tags.list8:
      case tags.list16:
        return { tag, attrs, content: this.#list(kind, depth) }
      case tags.binary8:
      case tags.binary20:
      case tags.binary32:
        return { tag, attrs, content: this.#take(this.#binarySize(kind)) }
      default: {
        const value = this.#value(kind)
        return { tag, attrs, content: typeof value === 'string' ? value : jidText(value) }
      }
    }
  }

  #list(kind: number, depth: number): WireNode[] {
    const size = this.#listSize(kind)
    // Every node takes at least three bytes: a size that cannot be there is not worth an allocation.
    if (size * 3 > this.#bytes.length - this.#at) throw new WireError(`a list of ${size} that is not there`)
    const items: WireNode[] = []
    for (let index = 0; index < size; index++) items.push(this.node(depth + 1))
    return items
  }

  #value(kind: number): AttributeValue {
    switch (kind) {
      case tags.jidPair:
        return this.#jidPair()
      case tags.adJid:
        return this.#adJid()
      case tags.fbJid:
        return this.#fbJid()
      case tags.interopJid:
        return this.#interopJid()
      default:
        return this.#text(kind)
    }
  }

  /** baileys writes every text with an `@` as an address (WABinary/encode.js): one on a server that nobody has is a text, like an e-mail address. */
  #jidPair(): AttributeValue {
    const user = this.#text(this.#byte())
    const server = this.#text(this.#byte())
    return isJidServer(server) ? { user, server } : `${user}@${server}`
  }

  #adJid(): Jid {
    const domain = this.#byte()
    const device = this.#byte()
    const user = this.#text(this.#byte())
    const server = domainServers[domain as keyof typeof domainServers]
    if (server) return device === 0 ? { user, server } : { user, server, device }
    return { user, server: 's.whatsapp.net', device, agent: domain }
  }

  #fbJid(): Jid {
    const user = this.#text(this.#byte())
    const device = this.#number(2)
    return { user, server: this.#server(), device }
  }

  #interopJid(): Jid {
    const user = this.#text(this.#byte())
    const device = this.#number(2)
    const integrator = this.#number(2)
    return { user: `${integrator}-${user}`, server: this.#server(), device }
  }

  #server(): Jid['server'] {
    const text = this.#text(this.#byte())
    if (!isJidServer(text)) throw new WireError('an address on an unknown server')
    return text
  }

  #text(kind: number): string {
    if (kind >= 1 && kind < singleByteTokens.length) return singleByteTokens[kind]!
    switch (kind) {
      case tags.listEmpty:
        return ''
      case tags.binary8:
      case tags.binary20:
      case tags.binary32:
        return this.#take(this.#binarySize(kind)).toString('utf8')
      case tags.hex8:
      case tags.nibble8:
        return this.#packed(kind)
      default:
        return this.#doubleToken(kind)
    }
  }

  #doubleToken(kind: number): string {
    if (kind < tags.dictionary0 || kind > tags.dictionary3) throw new WireError(`byte ${kind} in place of text`)
    const token = doubleByteTokens[kind - tags.dictionary0]![this.#byte()]
    if (token === undefined) throw new WireError('a token outside its dictionary')
    return token
  }

  #packed(kind: number): string {
    const start = this.#byte()
    const alphabet = kind === tags.nibble8 ? '0123456789-.???\0' : '0123456789ABCDEF'
    let text = ''
    for (const pair of this.#take(start & 0x7f)) text += alphabet[pair >> 4]! + alphabet[pair & 15]!
    if (start & 0x80) text = text.slice(0, -1)
    if (text.includes('?')) throw new WireError('a packed digit that stands for nothing')
    return text
  }

  #listSize(kind: number): number {
    if (kind === tags.listEmpty) return 0
    if (kind === tags.list8) return this.#byte()
    if (kind === tags.list16) return this.#number(2)
    throw new WireError(`byte ${kind} in place of a list`)
  }

  #binarySize(kind: number): number {
    if (kind === tags.binary8) return this.#byte()
    if (kind === tags.binary20) return this.#number(3) & 0xfffff
    return this.#number(4)
  }

  #number(width: number): number {
    return this.#take(width).readUIntBE(0, width)
  }

  #byte(): number {
    const value = this.#bytes[this.#at++]
    if (value === undefined) throw new WireError('a stanza that ends too early')
    return value
  }

  #take(size: number): Buffer {
    const end = this.#at + size
    if (end > this.#bytes.length) throw new WireError('a stanza that ends too early')
    const taken = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return taken
  }
}

function jidText(jid: Jid): string {
  return jid.user === '' ? jid.server : formatJid(jid)
}
