import { openAsBlob } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../errors/app-error.ts'
import { errorCatalogue } from '../errors/catalogue.ts'
import { fileNameOf } from '../media/file-name.ts'
import type { BridgeParts } from './bridge-parts.ts'
import { chatsOf, type MessageData } from './message-data.ts'
import type { NewChatwootMessage } from './shapes.ts'

/** Waits between attempts to get a file: the phone or the connection may be back by then. */
const waitsMs = [1_000, 2_000, 5_000, 10_000, 20_000]
const phoneMs = 20_000

interface FileOfMessage {
  readonly file?: NonNullable<NewChatwootMessage['file']>
  /** Why there is none, in words for agents. */
  readonly lost?: string
  release(): Promise<void>
}

const without = (lost?: string): FileOfMessage => ({ ...(lost && { lost }), release: async () => {} })

const sizeWords = (bytes: number): string => `${Math.ceil(bytes / 1024 / 1024)} MB`

/** The file of a message, on the disk until it is released. What cannot be had is said in words, so that the message comes without it.
 *  @throws the reason of the signal */
export async function fileOf(
  parts: BridgeParts,
  deviceId: string,
  data: MessageData,
  { maxBytes, signal }: { readonly maxBytes: number; readonly signal: AbortSignal },
): Promise<FileOfMessage> {
  const { media, type = 'file' } = data
  if (!media) return without()
  if (data.view_once) return without(`[${type}: may be seen once, see the phone]`)
  const { size = 0, mimetype = 'application/octet-stream', file_name } = media
  const name = fileNameOf(file_name, { type, id: data.message_id, mimetype })
  const tooLarge = () => `[${name}, ${sizeWords(size)}: larger than Chatwoot takes]`
  if (size > maxBytes) return without(tooLarge())
  for (const waitMs of [...waitsMs, undefined]) {
    try {
      const served = await parts.media.file(deviceId, data.message_id, chatsOf(data), { signal, waitMs: phoneMs })
      const refuse = () => new AppError('media_too_large')
      const spooled = await parts.spool.take(await served.open(), maxBytes, refuse, maxBytes)
      const [contentType = ''] = served.mimetype.split(';')
      return {
        file: { blob: await openAsBlob(spooled.path, { type: contentType }), name: served.fileName ?? name },
        release: () => spooled.remove(),
      }
    } catch (error) {
      signal.throwIfAborted()
      const code = error instanceof AppError ? error.code : undefined
      if (code === 'media_too_large') return without(tooLarge())
      if ((code && !errorCatalogue[code].retryable) || waitMs === undefined) break
      await sleep(waitMs, undefined, { signal })
    }
  }
  return without(`[${name}: the file is not available]`)
}
