import { type Endpoints, EngineError } from '@switchboard/engine'

/** Where blobs are when nobody names another host (seen in: baileys `DEF_MEDIA_HOST`, whatsmeow download.go). */
const usualHost = 'mmg.whatsapp.net'

/**
 * The address of a path, or of a full media URL, on the host that these endpoints prescribe, or else on this one. Of a URL only the path
 * counts: the author of the message chose it, and could name a machine of the gateway's own network.
 * @param host one that WhatsApp named for this session
 * @throws EngineError `media_flawed` for what is no path
 */
export function mediaHost(pathOrUrl: string, endpoints: Endpoints, host = usualHost): URL {
  const origin = endpoints.mediaOrigin ?? `https://${host}`
  const named = URL.parse(pathOrUrl, 'https://nowhere.invalid')
  if (!named) throw new EngineError('media_flawed', 'the message names no place of its file')
  const url = new URL(origin)
  url.pathname = named.pathname
  url.search = named.search
  return url
}
