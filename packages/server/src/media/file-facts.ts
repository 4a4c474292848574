import type { OutgoingFile, UploadedFile } from '@switchboard/engine'
import type { Prepared, Probed, Thumbnail } from './convert/index.ts'

/** What is known of a file that is kept to be sent. */
export interface FileFacts extends Omit<Probed, 'hasAudio' | 'codec'> {
  /** Bytes. */
  readonly size: number
  /** Hexadecimal. */
  readonly sha256: string
  readonly fileName?: string
  readonly thumbnail?: Thumbnail
  readonly waveform?: Uint8Array
  readonly firstFrameLength?: number
}

export const factsOf = (
  { probed, thumbnail, waveform, seconds, firstFrameLength }: Omit<Prepared, 'path'>,
  file: { readonly bytes: number; readonly sha256: string },
  fileName: string | undefined,
): FileFacts => {
  const { hasAudio: _, codec: __, ...told } = probed
  return {
    ...{ ...told, size: file.bytes, sha256: file.sha256 },
    ...(seconds !== undefined && { seconds }),
    ...(fileName !== undefined && { fileName }),
    ...(thumbnail && { thumbnail }),
    ...(waveform && { waveform }),
    ...(firstFrameLength !== undefined && { firstFrameLength }),
  }
}

export const outgoingFile = ({ mimetype, size, sha256 }: FileFacts, uploaded?: UploadedFile): OutgoingFile => ({
  ...{ mimetype, size, sha256: Buffer.from(sha256, 'hex') },
  ...(uploaded && { uploaded }),
})

// Bytes stand in JSON as {"$": base64}.
const pack = (_key: string, value: unknown): unknown => {
  const { type, data } = (value ?? {}) as { type?: unknown; data?: unknown }
  // What a Buffer makes of itself before anybody sees it.
  if (type === 'Buffer' && Array.isArray(data)) return { $: Buffer.from(data).toString('base64') }
  return value instanceof Uint8Array ? { $: Buffer.from(value).toString('base64') } : value
}

const unpack = (_key: string, value: unknown): unknown => {
  const { $: base64 } = (value ?? {}) as { $?: unknown }
  return typeof base64 === 'string' ? Buffer.from(base64, 'base64') : value
}

/** Values with bytes in them, as text and back. */
export const toText = (value: FileFacts | UploadedFile): string => JSON.stringify(value, pack)
export const factsFrom = (text: string): FileFacts => JSON.parse(text, unpack) as FileFacts
export const uploadedFrom = (text: string | null): UploadedFile | undefined =>
  text === null ? undefined : (JSON.parse(text, unpack) as UploadedFile)
