import type { AnswerKind, AnyRequest, Call } from './call.ts'
import { errorOf, SwitchboardError } from './error.ts'

/** Who calls. */
export type Credential =
  | { readonly deviceToken: string }
  | { readonly apiKey: string }
  | { readonly adminSecret: string }
  /** The cookie of a session that the page of this browser has. */
  | { readonly cookie: true }
  | Readonly<Record<never, never>>

export interface TransportOptions {
  /** Address of the server, such as `https://switchboard.example.com`; empty in a page of the server itself. */
  readonly baseUrl: string
  readonly credential: Credential
  readonly deviceId?: string | undefined
  readonly apiKeyId?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly fetch?: typeof globalThis.fetch | undefined
}

const headersOfCredential = (credential: Credential): Record<string, string> => {
  if ('deviceToken' in credential) return { authorization: `Bearer ${credential.deviceToken}` }
  if ('apiKey' in credential) return { 'x-api-key': credential.apiKey }
  if ('adminSecret' in credential) return { 'x-admin-secret': credential.adminSecret }
  // Another site can send the cookie, and not this header.
  return 'cookie' in credential ? { 'x-requested-with': 'switchboard' } : {}
}

const entriesOf = (fields: object | undefined): [string, unknown][] =>
  Object.entries(fields ?? {}).filter(([, value]) => value !== undefined && value !== null)

const urlOf = (base: string, route: string, { path, query }: AnyRequest): string => {
  const values = Object.fromEntries(entriesOf(path))
  const filled = route.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    if (values[name] === undefined || values[name] === '') throw new TypeError(`path.${name} is missing`)
    return encodeURIComponent(String(values[name]))
  })
  const search = new URLSearchParams(entriesOf(query).map(([name, value]): [string, string] => [name, String(value)]))
  return `${base.replace(/\/+$/, '')}${filled}${search.size > 0 ? `?${search}` : ''}`
}

/** Lists are repeated fields. */
const formOf = (body: object): FormData => {
  const form = new FormData()
  for (const [name, value] of entriesOf(body))
    for (const each of Array.isArray(value) ? value : [value])
      form.append(name, each instanceof Blob ? each : String(each))
  return form
}

const bodyOf = (body: object | undefined): FormData | string | undefined => {
  if (body === undefined) return undefined
  return Object.values(body).some((value) => value instanceof Blob) ? formOf(body) : JSON.stringify(body)
}

const noAnswer = (cause: unknown): SwitchboardError =>
  new SwitchboardError('The server gave no answer', { status: 0, code: 'no_answer', retryable: true }, { cause })

/** Sends requests as one caller. */
export class Transport {
  readonly #options: TransportOptions
  readonly #headers: Readonly<Record<string, string>>

  constructor(options: TransportOptions) {
    this.#options = options
    this.#headers = { ...options.headers, ...headersOfCredential(options.credential) }
  }

  readonly call: Call = async <Answer>(...[method, route, kind, request = {}]: Parameters<Call>): Promise<Answer> => {
    const response = await this.#send(method, route, kind, request)
    if (!response.ok) throw await errorOf(response)
    if (kind === 'raw') return response as Answer
    const envelope = (await response.json()) as { data: Answer }
    return envelope.data
  }

  async #send(method: string, route: string, kind: AnswerKind, request: AnyRequest): Promise<Response> {
    const { baseUrl, credential, fetch = globalThis.fetch } = this.#options
    const body = bodyOf(request.body)
    const init: RequestInit = {
      method,
      headers: {
        ...(kind !== 'raw' && { accept: 'application/json' }),
        ...(typeof body === 'string' && { 'content-type': 'application/json' }),
        ...this.#headersOf(request),
      },
      ...(body !== undefined && { body }),
      ...(request.signal && { signal: request.signal }),
      ...('cookie' in credential && { credentials: 'same-origin' as const }),
    }
    const url = urlOf(baseUrl, route, request)
    try {
      return await fetch(url, init)
    } catch (cause) {
      request.signal?.throwIfAborted()
      throw noAnswer(cause)
    }
  }

  #headersOf(request: AnyRequest): Record<string, string> {
    const { deviceId = this.#options.deviceId, apiKeyId = this.#options.apiKeyId, idempotencyKey } = request
    return {
      ...this.#headers,
      ...(deviceId !== undefined && { 'x-device-id': deviceId }),
      ...(apiKeyId !== undefined && { 'x-api-key-id': apiKeyId }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      ...request.headers,
    }
  }
}
