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

/** Why there was no answer, in words for the endpoint's owner. Says nothing of our own network beyond that. */
export function describeFailure(error: unknown): string {
  if (error instanceof AddressRefusedError) return 'the host is not a public address'
  if (!(error instanceof Error)) return 'the connection failed'
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return 'no answer in time'
  const nested = error instanceof AggregateError ? error.errors[0] : error.cause
  const code = (error as NodeJS.ErrnoException).code ?? (nested as NodeJS.ErrnoException | undefined)?.code
  if (nested instanceof AddressRefusedError) return 'the host is not a public address'
  if (!code) return 'the connection failed'
  return words[code] ?? `the connection failed (${code})`
}
