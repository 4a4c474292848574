import { encodeBody, isRepeatable, randomText } from './body.ts'
import type { AnswerKind, AnyRequest, Call } from './call.ts'
import { errorOf, noAnswer, unexpected } from './error.ts'
import { retryDelayMs, sleep } from './retry.ts'
import { urlOf } from './url.ts'

/** Who calls. */
export type Credential =
  | { readonly deviceToken: string }
  | { readonly apiKey: string }
  | { readonly adminSecret: string }
  /** The cookie of a session that the page of this browser has. */
  | { readonly cookie: true }
  | Readonly<Record<never, never>>

export interface TransportOptions {
  readonly baseUrl: string
  readonly credential: Credential
  readonly deviceId?: string | undefined
  readonly apiKeyId?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly retries?: number | undefined
  readonly fetch?: typeof globalThis.fetch | undefined
}

const headersOfCredential = (credential: Credential): Record<string, string> => {
  if ('deviceToken' in credential) return { authorization: `Bearer ${credential.deviceToken}` }
  if ('apiKey' in credential) return { 'x-api-key': credential.apiKey }
  if ('adminSecret' in credential) return { 'x-admin-secret': credential.adminSecret }
  // Another site can send the cookie, and not this header.
  return 'cookie' in credential ? { 'x-requested-with': 'switchboard' } : {}
}

/** Later ones win, however their names are written. */
const merged = (...all: readonly (Readonly<Record<string, string>> | undefined)[]): Headers => {
  const headers = new Headers()
  for (const some of all) for (const [name, value] of Object.entries(some ?? {})) headers.set(name, value)
  return headers
}

/** Sends requests as one caller. */
export class Transport {
  readonly #options: TransportOptions

  constructor(options: TransportOptions) {
    this.#options = options
  }

  readonly call: Call = async <Answer>(
    ...[method, route, kind, request = {}, keyed = false]: Parameters<Call>
  ): Promise<Answer> => {
    const { retries = this.#options.retries ?? 3, body, signal, idempotencyKey } = request
    const whole = isRepeatable(body)
    const key = idempotencyKey ?? (keyed && whole && retries > 0 ? randomText() : undefined)
    const repeatable = method === 'GET' || key !== undefined
    for (let tries = 0; ; tries++) {
      try {
        return await this.#once<Answer>(
          method,
          route,
          kind,
          key === undefined ? request : { ...request, idempotencyKey: key },
        )
      } catch (error) {
        const delayMs = whole && tries < retries ? retryDelayMs(error, tries, repeatable) : undefined
        if (delayMs === undefined) throw error
        await sleep(delayMs, signal)
      }
    }
  }

  async #once<Answer>(method: string, route: string, kind: AnswerKind, request: AnyRequest): Promise<Answer> {
    const response = await this.#send(method, route, kind, request)
    if (!response.ok) throw await errorOf(response)
    if (kind === 'raw') return response as Answer
    try {
      const { data } = (await response.json()) as { data: Answer }
      return data
    } catch (cause) {
      request.signal?.throwIfAborted()
      throw cause instanceof SyntaxError ? unexpected(response) : noAnswer('The answer broke off', cause)
    }
  }

  async #send(method: string, route: string, kind: AnswerKind, request: AnyRequest): Promise<Response> {
    const { baseUrl, credential, fetch = globalThis.fetch } = this.#options
    const url = urlOf(baseUrl, route, request)
    const { body, headers } = await encodeBody(request.body)
    const init = {
      method,
      headers: merged(this.#options.headers, this.#headersOf(kind, request), headers, request.headers),
      ...(body !== undefined && { body }),
      // What is not there yet can only be sent this way.
      ...(body instanceof ReadableStream && { duplex: 'half' as const }),
      ...(request.signal && { signal: request.signal }),
      ...('cookie' in credential && { credentials: 'same-origin' as const }),
    }
    try {
      return await fetch(url, init)
    } catch (cause) {
      request.signal?.throwIfAborted()
      throw noAnswer('The server gave no answer', cause)
    }
  }

  #headersOf(kind: AnswerKind, { idempotencyKey, ...own }: AnyRequest): Record<string, string> {
    const { credential, ...usual } = this.#options
    const { deviceId = usual.deviceId, apiKeyId = usual.apiKeyId } = own
    return {
      ...headersOfCredential(credential),
      ...(kind !== 'raw' && { accept: 'application/json' }),
      ...(deviceId !== undefined && { 'x-device-id': deviceId }),
      ...(apiKeyId !== undefined && { 'x-api-key-id': apiKeyId }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    }
  }
}
