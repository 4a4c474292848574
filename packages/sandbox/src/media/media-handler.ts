import type { IncomingMessage, ServerResponse } from 'node:http'
import type { World } from '../world/world.ts'
import { deleteFile } from './delete-file.ts'
import { download } from './download.ts'
import { MediaRefusal } from './media-refusal.ts'
import { PartialUploads } from './partial-uploads.ts'
import { resumePoint, upload } from './upload.ts'
import { readUploadPath } from './upload-path.ts'

/** Answers media requests: uploads under `/mms/…` and its relatives, downloads under `/v/…`. False for every other path. */
export type MediaHandler = (request: IncomingMessage, response: ServerResponse) => boolean

/** The media host of a world. */
export function createMediaHandler(world: World): MediaHandler {
  const partial = new PartialUploads()
  return (request, response) => {
    const url = URL.parse(request.url ?? '/', 'http://media')
    if (!url || !isMediaPath(url.pathname)) return false
    serve(world, partial, url, request, response).catch((error) => fail(world, request, response, error))
    return true
  }
}

const prefixes = ['/v/', '/mms/', '/wa-msgr/mms/', '/newsletter/', '/product/', '/pps/']

function isMediaPath(path: string): boolean {
  return prefixes.some((prefix) => path.startsWith(prefix))
}

async function serve(
  world: World,
  partial: PartialUploads,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const method = request.method ?? 'GET'
  if (url.pathname.startsWith('/v/')) {
    if (method !== 'GET' && method !== 'HEAD') throw new MediaRefusal(405, 'only GET and HEAD')
    return download(world, url, request, response)
  }
  const target = readUploadPath(url)
  if (method === 'DELETE') return json(response, deleteFile(world, target, url, request.headers))
  if (method !== 'POST') throw new MediaRefusal(405, 'only POST and DELETE')
  if (url.searchParams.get('resume') === '1') return json(response, resumePoint(world, partial, target, url))
  json(response, await upload(world, partial, target, url, request))
}

function json(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function fail(world: World, request: IncomingMessage, response: ServerResponse, error: unknown): void {
  const { status, message } =
    error instanceof MediaRefusal ? error : { status: 500, message: error instanceof Error ? error.stack : `${error}` }
  const path = (request.url ?? '').split('?')[0]
  world.log.append(status === 500 ? 'server.error' : 'media.refused', { path, method: request.method, status, message })
  if (response.destroyed) return
  // What is left of the body is not read: the connection cannot be used again.
  if (!request.complete) response.setHeader('connection', 'close')
  if (!response.headersSent) response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ error: { code: status, message: status === 500 ? 'internal error' : message } }))
}
