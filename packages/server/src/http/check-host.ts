import type { IncomingMessage } from 'node:http'
import { AppError } from '../errors/app-error.ts'

const hostPattern = /^(\[[0-9A-Fa-f]*:[0-9A-Fa-f:.]*\]|[A-Za-z0-9._~-]+)(:\d{1,5})?$/

/** A name or an address, with or without a port. */
export const isHost = (text: string): boolean => hostPattern.test(text)

/** A request names its host once (RFC 9112, 3.2): with two, a proxy and we could each read another one. @throws AppError invalid_request */
export const checkHost = ({ headers, rawHeaders, httpVersion }: IncomingMessage): void => {
  let count = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]!.length === 4 && rawHeaders[index]!.toLowerCase() === 'host') count++
  }
  if (count > 1) throw new AppError('invalid_request', 'The request has more than one Host header')
  if (count === 0 && httpVersion === '1.1') throw new AppError('invalid_request', 'The request has no Host header')
  if (headers.host && !isHost(headers.host)) throw new AppError('invalid_request', 'The Host header is not a host')
}
