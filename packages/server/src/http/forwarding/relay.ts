import type { IncomingHttpHeaders } from 'node:http'
import { finished, PassThrough, Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Services } from '../../gateway/services.ts'
import type { Route } from '../../kit/registered.ts'
import { carriedBy, headersThatMatter } from './carried.ts'
import { Placement } from './placement.ts'
import { sendCarried } from './send-carried.ts'

/** Around the body of a request, in one message of the bus. */
const aroundBytes = 64 * 1024
/** What the front says by itself, and what belongs to one connection. */
const notPassed = /^(connection|keep-alive|transfer-encoding|date|vary|x-request-id|access-control-.*)$/

const isLarge = (request: FastifyRequest, mostBytes: number): boolean => {
  if (request.body === undefined || request.body === null) return false
  const { 'content-length': length, 'content-encoding': encoding } = request.headers
  const bytes = length === undefined || encoding ? JSON.stringify(request.body).length : Number(length)
  return bytes > mostBytes - aroundBytes
}

/** Files, and what is too large for the bus, are streamed to the node of their device and from there. */
const goesByHttp = (route: Route, request: FastifyRequest, services: Services): boolean =>
  route.file === true ||
  request.body instanceof Readable ||
  isLarge(request, services.cluster.bus?.mostBytes ?? Number.POSITIVE_INFINITY)

const deviceOf = async (route: Route, request: FastifyRequest, services: Services): Promise<string | undefined> => {
  const { principal } = request.caller!
  if (principal.kind === 'device') return principal.deviceId
  const operation = await route.load()
  return 'deviceOf' in operation ? operation.deviceOf?.(services, request.params as Record<string, string>) : undefined
}

/** A body that may be given up: then what still comes from the client is read and forgotten, so that it can read its answer. */
const apart = (body: Readable): Readable => {
  const sent = new PassThrough()
  body.pipe(sent)
  finished(body, { writable: false }, (error) => error && sent.destroy(error))
  sent
    .on('error', () => {})
    .once('close', () => {
      body.unpipe(sent)
      body.on('error', () => {}).resume()
    })
  return sent
}

const bodyOf = ({ body, headers }: FastifyRequest): { body?: Readable | string; headers: IncomingHttpHeaders } => {
  const matter = headersThatMatter(headers)
  if (body === undefined || body === null) return { headers: matter }
  if (body instanceof Readable) return { body: apart(body), headers: matter }
  return { body: JSON.stringify(body), headers: { ...matter, 'content-type': 'application/json' } }
}

/** Sends a request with a file, or for one, to the node that has its device, and its answer back as it comes. Undefined: it is answered here, or goes over the
 *  bus. Both sides see when the other one leaves, and neither sends more than the other takes. */
export const relay = async (
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | undefined> => {
  const { services } = request.caller!
  const { cluster } = services
  if (!cluster?.isShared || request.isCarried || !goesByHttp(route, request, services)) return undefined
  const deviceId = await deviceOf(route, request, services)
  const owner = deviceId === undefined ? undefined : await new Placement(cluster).elsewhere(deviceId)
  if (deviceId === undefined || !owner) return undefined
  const left = new AbortController()
  reply.raw.once('close', () => left.abort())
  const { method, raw } = request
  const sent = { method, url: raw.url ?? '/', ...bodyOf(request), signal: left.signal }
  const carried = carriedBy(request, request.caller!.principal, deviceId)
  const answer = await sendCarried(sent, carried, owner, services)
  const headers = Object.entries(answer.headers).filter(([name]) => !notPassed.test(name))
  reply.code(answer.statusCode).headers(Object.fromEntries(headers))
  return reply.send(answer.body)
}
