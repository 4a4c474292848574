import { open, stat } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../errors/app-error.ts'
import type { Probed } from './types.ts'

type Told = Pick<Probed, 'mimetype' | 'extension'>

const office = 'application/vnd.openxmlformats-officedocument'
const opendocument = 'application/vnd.oasis.opendocument'

/** What an archive may be by the name that it has: bytes alone do not always tell. */
const archives: Readonly<Record<string, string>> = {
  docx: `${office}.wordprocessingml.document`,
  xlsx: `${office}.spreadsheetml.sheet`,
  pptx: `${office}.presentationml.presentation`,
  odt: `${opendocument}.text`,
  ods: `${opendocument}.spreadsheet`,
  odp: `${opendocument}.presentation`,
  epub: 'application/epub+zip',
  apk: 'application/vnd.android.package-archive',
  jar: 'application/java-archive',
  kmz: 'application/vnd.google-earth.kmz',
}

const texts: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  json: 'application/json',
  xml: 'application/xml',
  svg: 'image/svg+xml',
  html: 'text/html',
  htm: 'text/html',
  md: 'text/markdown',
  vcf: 'text/vcard',
  ics: 'text/calendar',
  css: 'text/css',
  js: 'text/javascript',
  rtf: 'application/rtf',
}

/** Old office files share one container; which it is stands in its directory, in UTF-16. Names: [MS-DOC] 2.1, [MS-XLS] 2.1.2, [MS-PPT] 2.1.1. */
const containers: readonly [stream: string, Told][] = [
  ['WordDocument', { mimetype: 'application/msword', extension: 'doc' }],
  ['Workbook', { mimetype: 'application/vnd.ms-excel', extension: 'xls' }],
  ['PowerPoint Document', { mimetype: 'application/vnd.ms-powerpoint', extension: 'ppt' }],
  ['__properties_version1.0', { mimetype: 'application/vnd.ms-outlook', extension: 'msg' }],
]

/** The main part of an office document by the standard (ECMA-376 part 2, 9.2 and usual names of every office program). */
const mainParts: readonly [part: string, extension: string][] = [
  ['word/document', 'docx'],
  ['xl/workbook', 'xlsx'],
  ['ppt/presentation', 'pptx'],
]

/** Other names of the same. */
const usualNames: Readonly<Record<string, string>> = {
  'audio/x-m4a': 'audio/mp4',
  'audio/vnd.wave': 'audio/wav',
  'audio/x-wav': 'audio/wav',
  'audio/x-flac': 'audio/flac',
  'audio/ogg; codecs=opus': 'audio/ogg',
  'audio/opus': 'audio/ogg',
  'application/ogg': 'audio/ogg',
  'video/x-m4v': 'video/mp4',
  'image/apng': 'image/png',
}

const unknown: Told = { mimetype: 'application/octet-stream', extension: 'bin' }

/** Up to `bytes` of a file from `position` on. */
export const readPart = async (file: string, position: number, bytes: number): Promise<Buffer> => {
  const handle = await open(file)
  try {
    const buffer = Buffer.alloc(bytes)
    const { bytesRead } = await handle.read(buffer, 0, bytes, position)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

const utf8 = (bytes: Buffer): string | undefined => {
  try {
    // The sample may end within a character.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
  } catch {
    return undefined
  }
}

/** UTF-8, or UTF-16 that says so, without the control characters that no text has. */
const isText = (start: Buffer): boolean => {
  if (start.readUInt16BE(0) === 0xfffe || start.readUInt16BE(0) === 0xfeff) return start.length % 2 === 0
  const text = utf8(start)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what a text does not have
  return text !== undefined && !/[\u0000-\u0008\u000e-\u001a\u001c-\u001f\u007f]/.test(text)
}

/** [MS-CFB] 2.2: the size of a sector as a power of two stands at 30, the first sector of the directory at 48. */
const containerOf = async (file: string): Promise<Told> => {
  const header = await readPart(file, 0, 512)
  const sector = 2 ** Math.min(header.readUInt16LE(30), 12)
  const directory = await readPart(file, (header.readUInt32LE(48) + 1) * sector, 4096)
  const holds = (name: string): boolean => directory.includes(Buffer.from(name, 'utf16le'))
  return containers.find(([name]) => holds(name))?.[1] ?? { mimetype: 'application/x-cfb', extension: 'bin' }
}

/** The list of what is in an archive stands at its end. */
const archiveOf = async (file: string, size: number, named: string): Promise<Told> => {
  const list = await readPart(file, Math.max(0, size - 65_536), 65_536)
  const extension = mainParts.find(([part]) => list.includes(part))?.[1] ?? named
  const mimetype = archives[extension]
  return mimetype ? { mimetype, extension } : { mimetype: 'application/zip', extension: 'zip' }
}

/** What the first bytes say, before anything is opened. @throws AppError media_unreadable when there are none */
export const detect = async (file: string, fileName = ''): Promise<Told> => {
  const { size } = await stat(file)
  if (size === 0) throw new AppError('media_unreadable', 'The file is empty')
  const named = path.extname(fileName).slice(1).toLowerCase()
  const { fileTypeFromFile } = await import('file-type')
  // It throws where a file ends in the middle of what it reads.
  const found = await fileTypeFromFile(file).catch(() => undefined)
  if (!found) {
    const start = await readPart(file, 0, Math.min(65_536, size))
    if (size < 2 || !isText(start)) return unknown
    const extension = named in texts ? named : 'txt'
    return { mimetype: texts[extension] ?? 'text/plain', extension }
  }
  if (found.mime === 'application/zip') return archiveOf(file, size, named)
  if (found.mime === 'application/xml' && named === 'svg') return { mimetype: texts['svg']!, extension: 'svg' }
  if (found.mime === 'application/x-cfb') return containerOf(file)
  const mimetype = usualNames[found.mime] ?? found.mime
  return { mimetype, extension: found.ext }
}
