import type { Endpoints } from '@switchboard/engine'

/** Where blobs without a host of their own are (seen in: baileys `DEF_MEDIA_HOST`, whatsmeow download.go). */
const defaultOrigin = 'https://mmg.whatsapp.net'

/** The address of a path, or of a full media URL, on the host that these endpoints prescribe. */
export function mediaHost(pathOrUrl: string, endpoints: Endpoints): URL {
  const named = new URL(pathOrUrl, defaultOrigin)
  return endpoints.mediaOrigin ? new URL(named.pathname + named.search, endpoints.mediaOrigin) : named
}
