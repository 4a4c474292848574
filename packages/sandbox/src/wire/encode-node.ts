import type { Jid, WireNode } from './node.ts'
import { packedMax, tags } from './tags.ts'
import { doubleByteTokens, singleByteTokens } from './tokens.ts'
import { WireError } from './wire-error.ts'

const single = new Map(
  singleByteTokens.map((token, index) => [token, index] as const).filter(([token]) => token !== ''),
)
const double = new Map(
  doubleByteTokens.flatMap((dictionary, which) =>
    dictionary.map((token, index) => [token, (which << 8) | index] as const),
  ),
)
const domains: Readonly<Record<string, number>> = { 's.whatsapp.net': 0, lid: 1, hosted: 128, 'hosted.lid': 129 }

/** Grows as needed; one for the process, since encoding never yields. */
let buffer = Buffer.allocUnsafe(16 * 1024)
let length = 0

/** Encodes a stanza, with the flag byte 0 (not compressed) in front. */
export function encodeNode(node: WireNode): Uint8Array {
  length = 0
  byte(0)
  writeNode(node)
  const encoded = Buffer.allocUnsafeSlow(length)
  buffer.copy(encoded, 0, 0, length)
  return encoded
}

function room(extra: number): void {
  if (length + extra <= buffer.length) return
  const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, length + extra))
  buffer.copy(larger, 0, 0, length)
  buffer = larger
}

function byte(value: number): void {
  room(1)
  buffer[length++] = value
}

function bytes(...values: number[]): void {
  for (const value of values) byte(value)
}

function writeNode(node: WireNode): void {
  const { tag, attrs, content } = node
  const names = Object.keys(attrs)
  listStart(2 * names.length + 1 + (content === undefined ? 0 : 1))
  writeText(tag)
  for (const name of names) {
    const value = attrs[name]!
    writeText(name)
    if (typeof value === 'string') writeText(value)
    else writeJid(value)
  }
  if (content === undefined) return
  if (typeof content === 'string') writeText(content)
  else if (content instanceof Uint8Array) writeBinary(content)
  else {
    listStart(content.length)
    for (const item of content) writeNode(item)
  }
}

function listStart(size: number): void {
  if (size > 0xffff) throw new WireError(`a list of ${size} items does not fit`)
  if (size === 0) byte(tags.listEmpty)
  else if (size < 256) bytes(tags.list8, size)
  else bytes(tags.list16, size >> 8, size & 0xff)
}

function writeJid(jid: Jid): void {
  const domain = domains[jid.server]
  const hosted = jid.server === 'hosted' || jid.server === 'hosted.lid'
  if (domain !== undefined && (jid.device || jid.agent || hosted)) writeAdJid(jid, jid.agent || domain)
  else writeJidPair(jid)
}

function writeAdJid(jid: Jid, domain: number): void {
  const device = jid.device ?? 0
  if (device > 0xff) throw new WireError(`device ${device} does not fit`)
  bytes(tags.adJid, domain, device)
  writeText(jid.user)
}

function writeJidPair(jid: Jid): void {
  if (jid.server === 'msgr' || jid.server === 'interop') {
    throw new WireError(`${jid.server} addresses are not written by this server`)
  }
  byte(tags.jidPair)
  if (jid.user === '') byte(tags.listEmpty)
  else writeText(jid.user)
  writeText(jid.server)
}

function writeText(text: string): void {
  const token = single.get(text)
  const pair = token === undefined ? double.get(text) : undefined
  if (token !== undefined) byte(token)
  else if (pair !== undefined) bytes(tags.dictionary0 + (pair >> 8), pair & 0xff)
  else writeFreeText(text)
}

function writeFreeText(text: string): void {
  const packing = packable(text)
  if (packing) {
    writePacked(text, packing)
    return
  }
  const size = Buffer.byteLength(text)
  binaryStart(size)
  room(size)
  length += buffer.write(text, length)
}

/** Text of digits, `-` and `.` packs two to a byte; so does upper-case hex. */
function packable(text: string): number | undefined {
  if (text.length === 0 || text.length > packedMax) return undefined
  let hex = true
  let nibble = true
  for (let index = 0; index < text.length && (hex || nibble); index++) {
    const code = text.charCodeAt(index)
    if (code >= 48 && code <= 57) continue
    if (code < 65 || code > 70) hex = false
    if (code !== 45 && code !== 46) nibble = false
  }
  if (nibble) return tags.nibble8
  return hex ? tags.hex8 : undefined
}

function writePacked(text: string, kind: number): void {
  const odd = text.length % 2
  byte(kind)
  byte(((text.length + odd) / 2) | (odd << 7))
  for (let index = 0; index < text.length; index += 2) {
    const low = index + 1 < text.length ? packed(text.charCodeAt(index + 1)) : 15
    byte((packed(text.charCodeAt(index)) << 4) | low)
  }
}

function packed(code: number): number {
  if (code === 45) return 10
  if (code === 46) return 11
  return code <= 57 ? code - 48 : code - 55
}

function writeBinary(binary: Uint8Array): void {
  binaryStart(binary.length)
  room(binary.length)
  buffer.set(binary, length)
  length += binary.length
}

function binaryStart(size: number): void {
  const low = [(size >> 8) & 0xff, size & 0xff] as const
  if (size < 256) bytes(tags.binary8, size)
  else if (size < 1 << 20) bytes(tags.binary20, size >> 16, ...low)
  else bytes(tags.binary32, size >>> 24, (size >> 16) & 0xff, ...low)
}
