import { AddressRefusedError } from './public-lookup.ts'

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection closed by the endpoint',
  EPIPE: 'connection closed by the endpoint',
  UND_ERR_SOCKET: 'connection closed by the endpoint',
  ENOTFOUND: 'the host name does not resolve',
  EAI_AGAIN: 'the host name could not be resolved',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the host cannot be reached',
  ETIMEDOUT: 'timeout while connecting',
  UND_ERR_CONNECT_TIMEOUT: 'timeout while connecting',
}

/** What happens to a connection that was made, and so may be the doing of what was sent. Everything else happens before a request can leave. */
const whileConnected = /^(ECONNRESET|EPIPE|UND_ERR_(SOCKET|HEADERS_\w+|BODY_TIMEOUT|RES\w+))$/

/** Why there was no answer. */
export interface NoAnswer {
  /** In words for the endpoint's owner; says nothing of our own network beyond that. */
  readonly error: string
  /** The request may have arrived. */
  readonly sent: boolean
}

const notSent = (error: string): NoAnswer => ({ error, sent: false })

export function describeFailure(error: unknown): NoAnswer {
  if (error instanceof AddressRefusedError) return notSent('the host is not a public address')
  if (!(error instanceof Error)) return notSent('the connection failed')
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return { error: 'no answer in time', sent: true }
  if (error.name === 'HTTPParserError') return { error: 'the answer is not HTTP', sent: true }
  const nested = error instanceof AggregateError ? error.errors[0] : error.cause
  const code = (error as NodeJS.ErrnoException).code ?? (nested as NodeJS.ErrnoException | undefined)?.code
  if (nested instanceof AddressRefusedError) return notSent('the host is not a public address')
  if (!code) return notSent('the connection failed')
  return { error: words[code] ?? `the connection failed (${code})`, sent: whileConnected.test(code) }
}
