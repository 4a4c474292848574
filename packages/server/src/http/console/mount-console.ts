import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../errors/app-error.ts'
import { type Encoding, openConsoleFiles } from './console-files.ts'

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
}

/** Nothing from anywhere else, and nothing that stands in the page itself. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join(';')

const names: Readonly<Record<Encoding, string>> = { br: 'br', gz: 'gzip' }

const encodingsOf = ({ headers }: FastifyRequest): Encoding[] => {
  const asked = String(headers['accept-encoding'] ?? '')
    .split(',')
    .map((part) => part.trim())
  const takes = (name: string): boolean =>
    asked.some((part) => part.split(';')[0] === name && !/;\s*q=0(\.0*)?$/.test(part))
  return (['br', 'gz'] as const).filter((encoding) => takes(names[encoding]))
}

/** How a page at this address names the folder of the console. Relative, so that it holds behind any proxy, whatever that takes away in front. */
export const baseOf = (rest: string): string => '../'.repeat(rest.split('/').length - 1) || './'

const sendPage = async (reply: FastifyReply, rest: string): Promise<FastifyReply> => {
  const page = (await (await openConsoleFiles()).page()).replace('<base href="./">', `<base href="${baseOf(rest)}">`)
  const etag = `"${createHash('sha256').update(page).digest('base64url').slice(0, 22)}"`
  reply.headers({ 'content-security-policy': policy, 'cache-control': 'no-cache', etag })
  if (reply.request.headers['if-none-match'] === etag) return reply.code(304).send()
  return reply.type('text/html; charset=utf-8').send(page)
}

/** Every name has a hash of what is in it: who has it need not ask again. */
const sendFile = async (reply: FastifyReply, name: string, type: string): Promise<FastifyReply> => {
  const file = await (await openConsoleFiles()).file(name, encodingsOf(reply.request))
  if (!file) throw new AppError('not_found')
  reply.headers({ 'cache-control': 'public, max-age=31536000, immutable', vary: 'accept-encoding' })
  if (file.encoding) reply.header('content-encoding', names[file.encoding])
  return reply.type(type).send(Buffer.from(file.bytes))
}

/** The web console at `/console/`. It is a page and no part of the API: the OpenAPI document does not know it. Every address below it that names no file is one of
 *  its own, and answers with the page. */
export const mountConsole = (app: FastifyInstance, basePath: string): void => {
  const start = `${basePath}/console`
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const path = (request.raw.url ?? '').replace(/^https?:\/\/[^/?#]*/i, '').replace(/[?#].*/s, '')
    // To the router both are one; to a browser the folder of the files is another one.
    if (path.length <= start.length) return reply.redirect('console/', 308)
    const rest = path.slice(start.length + 1)
    const type = types[/\.\w+$/.exec(rest)?.[0] ?? '']
    return type ? sendFile(reply, rest, type) : sendPage(reply, rest)
  }
  const config = { operationId: 'console' }
  app.get(start, { config }, answer)
  app.get(`${start}/*`, { config }, answer)
}
