import { constants, inflateSync } from 'node:zlib'
import type { BinaryNode } from '../binary-node.ts'
import { LinkError } from '../link-error.ts'
import { adServers, interopServer, phoneServer, tags } from './tags.ts'
import { doubleTokens, singleTokens } from './tokens.ts'

/** Nobody's stanza nests deeper; a hostile one must not exhaust the stack. */
const deepest = 100
/** Nobody's address holds another one. The library reads those that do, and would exhaust the stack, or read the same again and again. */
const deepestAddress = 16
/** What a compressed stanza may become. A frame is 16 MiB at most. */
const mostInflated = 64 * 1024 * 1024

const malformed = (what: string): LinkError => new LinkError('malformed', `a stanza that cannot be read: ${what}`)

/** The stanza in the plain text of a frame. Contents are views on it. @throws LinkError `malformed` */
export function decodeStanza(frame: Buffer): BinaryNode {
  const [flags] = frame
  if (flags === undefined) throw malformed('it is empty')
  const isCompressed = (flags & 2) !== 0
  return new NodeReader(isCompressed ? inflate(frame.subarray(1)) : frame, isCompressed ? 0 : 1).node(0)
}

function inflate(bytes: Buffer): Buffer {
  try {
    return inflateSync(bytes, { maxOutputLength: mostInflated, finishFlush: constants.Z_FINISH })
  } catch (error) {
    throw malformed(`it does not decompress (${String((error as { code?: unknown }).code)})`)
  }
}

class NodeReader {
  readonly #bytes: Buffer
  #at: number
  /** So many addresses hold the one that is read. */
  #addresses = 0

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes
    this.#at = at
  }

  node(depth: number): BinaryNode {
    if (depth > deepest) throw malformed('it nests too deep')
    const size = this.#listSize(this.#byte())
    const tag = this.#text(this.#byte())
    if (size === 0 || tag === '') throw malformed('a node without a tag')
    const attrs: Record<string, string> = {}
    for (let left = (size - 1) >> 1; left > 0; left--) {
      const name = this.#text(this.#byte())
      attrs[name] = this.#text(this.#byte())
    }
    return size % 2 === 0 ? { tag, attrs, content: this.#content(depth) } : { tag, attrs }
  }

  #content(depth: number): BinaryNode[] | Uint8Array | string {
    const tag = this.#byte()
    switch (tag) {
      case tags.emptyList:
      case tags.list8:
      case tags.list16: {
        const nodes: BinaryNode[] = []
        for (let left = this.#listSize(tag); left > 0; left--) nodes.push(this.node(depth + 1))
        return nodes
      }
      case tags.binary8:
      case tags.binary20:
      case tags.binary32: {
        const length = this.#length(tag)
        return this.#bytes.subarray(this.#skip(length), this.#at)
      }
      default:
        return this.#text(tag)
    }
  }

  #listSize(tag: number): number {
    if (tag === tags.list8) return this.#byte()
    if (tag === tags.list16) return this.#number16()
    if (tag === tags.emptyList) return 0
    throw malformed('a list that is none')
  }

  #text(tag: number): string {
    const isAddress = tag === tags.jidPair || (tag >= tags.interopJid && tag <= tags.adJid)
    return isAddress ? this.#address(tag) : this.#plainText(tag)
  }

  #address(tag: number): string {
    if (this.#addresses === deepestAddress) throw malformed('its addresses nest too deep')
    this.#addresses++
    try {
      if (tag === tags.jidPair) return this.#pairJid()
      if (tag === tags.adJid) return this.#deviceJid()
      return tag === tags.facebookJid ? this.#facebookJid() : this.#interopJid()
    } finally {
      this.#addresses--
    }
  }

  #plainText(tag: number): string {
    if (tag < tags.firstDictionary) return singleTokens[tag]!
    switch (tag) {
      case tags.binary8:
      case tags.binary20:
      case tags.binary32: {
        const length = this.#length(tag)
        const start = this.#skip(length)
        return this.#bytes.toString('utf8', start, this.#at)
      }
      case tags.hex8:
      case tags.nibble8:
        return this.#packed(tag)
    }
    if (tag <= tags.lastDictionary) return doubleTokens[tag - tags.firstDictionary]![this.#byte()]!
    throw malformed('a text that is none')
  }

  #pairJid(): string {
    const user = this.#text(this.#byte())
    const server = this.#text(this.#byte())
    if (server === '') throw malformed('an address without a server')
    return `${user}@${server}`
  }

  #deviceJid(): string {
    const server = adServers[this.#byte()] ?? phoneServer
    const device = this.#byte()
    const user = this.#text(this.#byte())
    return device === 0 ? `${user}@${server}` : `${user}:${device}@${server}`
  }

  #facebookJid(): string {
    const user = this.#text(this.#byte())
    const device = this.#number16()
    return `${user}:${device}@${this.#text(this.#byte())}`
  }

  #interopJid(): string {
    const user = this.#text(this.#byte())
    const device = this.#number16()
    const integrator = this.#number16()
    return `${integrator}-${user}:${device}@${this.#interopServer()}`
  }

  // Some write no server (seen in: baileys lib/WABinary/decode.js `readInteropJid`).
  #interopServer(): string {
    const start = this.#at
    try {
      return this.#text(this.#byte())
    } catch {
      this.#at = start
      return interopServer
    }
  }

  #packed(tag: typeof tags.hex8 | typeof tags.nibble8): string {
    const first = this.#byte()
    const codes = tag === tags.hex8 ? hexCodes : nibbleCodes
    const length = first & 0x7f
    const start = this.#skip(length)
    let [end, all] = [0, 0]
    for (let at = start; at < start + length; at++) {
      const byte = this.#bytes[at]!
      const [high, low] = [codes[byte >> 4]!, codes[byte & 15]!]
      all |= high | low
      unpacked[end++] = high
      unpacked[end++] = low
    }
    if (all & noDigit) throw malformed('a digit that is none')
    // An odd text was filled up.
    return unpacked.toString('latin1', 0, first > 0x7f && end > 0 ? end - 1 : end)
  }

  #length(tag: typeof tags.binary8 | typeof tags.binary20 | typeof tags.binary32): number {
    if (tag === tags.binary8) return this.#byte()
    if (tag === tags.binary20) {
      const start = this.#skip(3)
      return ((this.#bytes[start]! & 15) << 16) | (this.#bytes[start + 1]! << 8) | this.#bytes[start + 2]!
    }
    return this.#bytes.readUInt32BE(this.#skip(4))
  }

  #number16(): number {
    return this.#bytes.readUInt16BE(this.#skip(2))
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++]
    if (byte === undefined) throw malformed('it ends too early')
    return byte
  }

  /** Goes behind `length` bytes and says where they begin. */
  #skip(length: number): number {
    const start = this.#at
    this.#at += length
    if (this.#at > this.#bytes.length) throw malformed('it ends too early')
    return start
  }
}

/** The longest packed text. */
const unpacked = Buffer.alloc(2 * 127)
/** Digits are ASCII. */
const noDigit = 0x80
const hexCodes = Buffer.from('0123456789ABCDEF')
// The last fills up an odd text (seen in: baileys lib/WABinary/decode.js `unpackNibble`).
const nibbleCodes = Buffer.from('0123456789-.\xff\xff\xff\0', 'latin1')
