import { type Jid, readJid } from './jid.ts'
import type { NodesAhead, Stanza } from './stanza.ts'
import { longestPacked, tags } from './tags.ts'
import { longestToken, tokenCodes } from './tokens.ts'

const usualBytes = 16 * 1024
/** A larger buffer, grown for one stanza, is not kept. */
const keptBytes = 512 * 1024

// One buffer for all stanzas: nothing else runs while one is written.
let bytes = Buffer.allocUnsafeSlow(usualBytes)
let at = 0

/** A stanza as it travels. The bytes are a view that the next stanza overwrites: use them at once. */
export function writeStanza(stanza: Stanza): Buffer {
  restart()
  bytes[at++] = 0 // Not compressed.
  write(stanza)
  return bytes.subarray(0, at)
}

/** A stanza as it travels, in memory of its own. */
export const encodeStanza = (stanza: Stanza): Buffer => Buffer.from(writeStanza(stanza))

/** Nodes that were encoded ahead, for a stanza that has thousands of them. */
export class EncodedNodes implements NodesAhead {
  readonly #bytes: Buffer[] = []
  #count = 0

  get count(): number {
    return this.#count
  }

  get bytes(): readonly Buffer[] {
    return this.#bytes
  }

  add(nodes: readonly Stanza[]): void {
    restart()
    for (const node of nodes) write(node)
    this.#bytes.push(Buffer.from(bytes.subarray(0, at)))
    this.#count += nodes.length
  }
}

function restart(): void {
  if (bytes.length > keptBytes) bytes = Buffer.allocUnsafeSlow(usualBytes)
  at = 0
}

/** Makes sure that `length` more bytes fit. */
function reserve(length: number): void {
  if (at + length <= bytes.length) return
  const grown = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(at + length)))
  bytes.copy(grown, 0, 0, at)
  bytes = grown
}

function write({ tag, attrs, content }: Stanza): void {
  let size = content === undefined ? 1 : 2
  for (const name in attrs) if (isGiven(attrs[name])) size += 2
  list(size)
  text(tag)
  for (const name in attrs) {
    const value = attrs[name]
    if (!isGiven(value)) continue
    text(name)
    text(value)
  }
  if (content !== undefined) writeContent(content)
}

const isGiven = (value: string | undefined): value is string => value !== undefined && value !== null

function writeContent(content: NonNullable<Stanza['content']>): void {
  if (typeof content === 'string') text(content)
  else if (content instanceof Uint8Array) {
    binaryLength(content.length)
    raw(content)
  } else if (isAhead(content)) {
    list(content.count)
    for (const part of content.bytes) raw(part)
  } else {
    list(content.length)
    for (const child of content) write(child)
  }
}

const isAhead = (content: readonly Stanza[] | NodesAhead): content is NodesAhead => !Array.isArray(content)

function raw(part: Uint8Array): void {
  reserve(part.length)
  bytes.set(part, at)
  at += part.length
}

function list(size: number): void {
  reserve(3)
  if (size === 0) bytes[at++] = tags.emptyList
  else if (size < 256) {
    bytes[at++] = tags.list8
    bytes[at++] = size
  } else {
    bytes[at++] = tags.list16
    bytes[at++] = size >> 8
    bytes[at++] = size
  }
}

function binaryLength(length: number): void {
  reserve(5)
  if (length < 256) {
    bytes[at++] = tags.binary8
    bytes[at++] = length
  } else if (length < 2 ** 20) {
    bytes[at++] = tags.binary20
    bytes[at++] = length >> 16
    bytes[at++] = length >> 8
    bytes[at++] = length
  } else {
    bytes[at++] = tags.binary32
    at = bytes.writeUInt32BE(length, at)
  }
}

// What a character may be packed as.
const [nibble, hex] = [1, 2]
const packings = new Uint8Array(128)
for (const character of '0123456789') packings[character.charCodeAt(0)] = nibble | hex
for (const character of '-.') packings[character.charCodeAt(0)] = nibble
for (const character of 'ABCDEF') packings[character.charCodeAt(0)] = hex

/** A text: as a token, packed, as an address, or as it is, whichever comes first. */
function text(value: string): void {
  const { length } = value
  const code = length <= longestToken ? tokenCodes.get(value) : undefined
  if (code !== undefined) token(code)
  else if (length === 0) binaryLength(0)
  else {
    const packing = length <= longestPacked ? packingOf(value) : 0
    if (packing & nibble) pack(value, tags.nibble8)
    else if (packing & hex) pack(value, tags.hex8)
    else address(value)
  }
}

function address(value: string): void {
  const read = readJid(value)
  if (read) jid(read)
  else utf8(value)
}

function token(code: number): void {
  reserve(2)
  if (code > 0xff) bytes[at++] = code >> 8
  bytes[at++] = code
}

function packingOf(value: string): number {
  let packing = nibble | hex
  for (let index = 0; index < value.length && packing !== 0; index++) {
    packing &= packings[value.charCodeAt(index)] ?? 0
  }
  return packing
}

/** Two characters a byte; the last half of an odd one is filled up. */
function pack(value: string, tag: typeof tags.nibble8 | typeof tags.hex8): void {
  const { length } = value
  const packed = (length + 1) >> 1
  reserve(2 + packed)
  bytes[at++] = tag
  bytes[at++] = packed | (length % 2 === 0 ? 0 : 0x80)
  for (let index = 0; index < length; index += 2) {
    const low = index + 1 < length ? digit(value.charCodeAt(index + 1)) : 15
    bytes[at++] = (digit(value.charCodeAt(index)) << 4) | low
  }
}

// 0–9 are themselves, `-` is 10 and `.` 11 where texts have those, A–F are 10–15 where they have these.
const digit = (code: number): number => {
  if (code >= 0x41) return code - 0x37
  return code >= 0x30 ? code - 0x30 : code - 0x23
}

function jid({ kind, user, device, server, domain, integrator }: Jid): void {
  reserve(3)
  if (kind === 'device') {
    bytes[at++] = tags.adJid
    bytes[at++] = domain
    bytes[at++] = device
    text(user)
    return
  }
  bytes[at++] = kind === 'pair' ? tags.jidPair : kind === 'facebook' ? tags.facebookJid : tags.interopJid
  if (user === '' && kind === 'pair') bytes[at++] = tags.emptyList
  else text(user)
  if (kind !== 'pair') number16(device)
  if (kind === 'interop') number16(integrator)
  text(server)
}

function number16(value: number): void {
  reserve(2)
  at = bytes.writeUInt16BE(value & 0xffff, at)
}

function utf8(value: string): void {
  const length = Buffer.byteLength(value)
  binaryLength(length)
  reserve(length)
  at += bytes.write(value, at)
}
