import type { IncomingMessage } from 'node:http'
import { type Downloads, EngineError, type MediaFile } from '@switchboard/engine'
import { mediaHost } from '../../media/media-host.ts'
import { mediaKeys } from '../../media/media-keys.ts'
import { openSealed } from '../../media/open-sealed.ts'
import { bodyOf, request } from '../../media/request.ts'
import type { AbilityParts } from '../ability-parts.ts'

type Options = NonNullable<Parameters<Downloads['fetch']>[1]>

/** Fetches a file from the usual media host, and from those that WhatsApp names for the session when that one fails. */
export async function fetchFile(
  parts: AbilityParts,
  file: MediaFile,
  { signal }: Options = {},
): Promise<AsyncIterable<Uint8Array>> {
  checkAnnounced(file)
  const { key, seal, sha256, sealedSha256, size } = file
  const response = await answerOf(parts, file.path, signal)
  return openSealed(bodyOf(response), { keys: key && mediaKeys(key, seal), sha256, sealedSha256, size })
}

/** A file that cannot be distinguished from another one is not handed out. Seen in: whatsmeow, which asks for both hashes since 2026-06. */
function checkAnnounced({ path, key, sha256, sealedSha256 }: MediaFile): void {
  const lacks = [!path && 'where it is', !sha256 && 'its hash', key && !sealedSha256 && 'the hash of what is sealed']
  const lacking = lacks.filter(Boolean)
  if (lacking.length > 0) throw new EngineError('media_flawed', `the message does not say ${lacking.join(', ')}`)
}

async function answerOf(
  { context: { options }, uploader }: AbilityParts,
  path: string,
  signal: AbortSignal | undefined,
): Promise<IncomingMessage> {
  const ask = (host?: string) => request(mediaHost(path, options.endpoints, host), options, { signal })
  try {
    return await ask()
  } catch (error) {
    if (!isFault(error) || signal?.aborted || options.endpoints.mediaOrigin !== undefined) throw error
    let failure = error
    for (const host of await uploader.hosts().catch(() => [])) {
      try {
        return await ask(host)
      } catch (another) {
        failure = another
        if (!isFault(another)) break
      }
    }
    throw failure
  }
}

/** Another host may do better: this one did not say that the file is gone. */
const isFault = (error: unknown): boolean =>
  error instanceof EngineError &&
  (error.code === 'timeout' || (error.remoteCode !== undefined && error.remoteCode >= 500))
