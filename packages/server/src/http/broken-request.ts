import { randomUUID } from 'node:crypto'
import { METHODS, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { AppError } from '../errors/app-error.ts'
import { errorCatalogue } from '../errors/catalogue.ts'
import { failure } from './envelope.ts'
import { noSuchRoute, type RouteMethods } from './route-methods.ts'

interface ParseError extends Error {
  readonly code?: string
  /** The bytes that were being parsed (Fastify's types call them something else). */
  readonly rawPacket?: unknown
}

const requestLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\S+) HTTP\/1\.[01]\r?\n/

const known = new Set(METHODS)

const end = (socket: Duplex, error: AppError): void => {
  const { status } = errorCatalogue[error.code]
  const body = JSON.stringify(failure(error, randomUUID()))
  const allowed = error.details?.['allowed'] as readonly string[] | undefined
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    ...(allowed ? [`Allow: ${allowed.join(', ')}`] : []),
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

const errorOf = ({ code, rawPacket }: ParseError, methodsOf: RouteMethods): AppError => {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new AppError('invalid_request', 'The request line or headers are too large')
  }
  // A method that the parser has never heard of is wrong for a path, as one is that it knows.
  const line = Buffer.isBuffer(rawPacket) ? requestLine.exec(rawPacket.toString('latin1', 0, 8192)) : null
  if (code === 'HPE_INVALID_METHOD' && line && !known.has(line[1]!)) {
    return noSuchRoute(line[1]!, line[2]!, methodsOf(line[2]!))
  }
  return new AppError('invalid_request', 'This is not a valid HTTP request')
}

/** Bytes that are no HTTP request never reach a route; they still get an answer in the envelope. */
export const brokenRequestAnswer =
  (methodsOf: RouteMethods) =>
  (error: ParseError, socket: Duplex): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy()
      return
    }
    end(socket, errorOf(error, methodsOf))
  }

/** This is no proxy: a request for a tunnel is refused. */
export const refuseTunnel = (_request: unknown, socket: Duplex): void => {
  socket.on('error', () => {})
  end(socket, new AppError('method_not_allowed', undefined, { details: { allowed: [] } }))
}
