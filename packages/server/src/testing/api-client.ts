import assert from 'node:assert/strict'
import { type ErrorCode, errorCatalogue } from '../errors/catalogue.ts'
import { assertDeclared } from './assert-declared.ts'

export interface ApiAnswer<Data = Record<string, unknown>> {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: {
    readonly status: boolean
    readonly code: number
    readonly message: string
    readonly data: Data
    readonly error_code?: string
    readonly request_id?: string
    readonly details?: Record<string, unknown>
  }
}

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE' | 'HEAD'

const parse = (text: string): never => {
  try {
    return JSON.parse(text) as never
  } catch {
    return undefined as never
  }
}

/** The API over real HTTP, as somebody with these headers. */
export class ApiClient {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>

  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    this.url = url
    this.headers = headers
  }

  with(headers: Readonly<Record<string, string>>): ApiClient {
    return new ApiClient(this.url, { ...this.headers, ...headers })
  }

  /** A body is sent as JSON; a form as multipart; a string as it is, with the content type among the headers. */
  async call<Data = Record<string, unknown>>(method: Method, path: string, body?: unknown): Promise<ApiAnswer<Data>> {
    const json = body !== undefined && typeof body !== 'string' && !(body instanceof FormData)
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { ...(json && { 'content-type': 'application/json' }), ...this.headers },
      redirect: 'manual',
      ...(body === undefined ? {} : { body: json ? JSON.stringify(body) : (body as string | FormData) }),
    })
    const text = await response.text()
    const answer: ApiAnswer<Data> = { status: response.status, headers: response.headers, text, body: parse(text) }
    if (answer.body?.error_code) assertDeclared(method, path, answer.body.error_code)
    return answer
  }

  get<Data = Record<string, unknown>>(path: string): Promise<Data> {
    return this.#succeeds<Data>('GET', path)
  }

  post<Data = Record<string, unknown>>(path: string, body?: unknown): Promise<Data> {
    return this.#succeeds<Data>('POST', path, body)
  }

  patch<Data = Record<string, unknown>>(path: string, body?: unknown): Promise<Data> {
    return this.#succeeds<Data>('PATCH', path, body)
  }

  delete<Data = Record<string, unknown>>(path: string, body?: unknown): Promise<Data> {
    return this.#succeeds<Data>('DELETE', path, body)
  }

  /** The request fails with this entry of the catalogue, in the envelope. */
  async refuses(code: ErrorCode, method: Method, path: string, body?: unknown): Promise<ApiAnswer> {
    const answer = await this.call(method, path, body)
    assert.equal(answer.body?.error_code, code, `${method} ${path} answered ${answer.status} ${answer.text}`)
    assert.equal(answer.status, errorCatalogue[code].status)
    assert.equal(answer.body.status, false)
    // A place that is named for people is named for programs too.
    if (/^(?:body|query|params)(?:\.[^:\s]+)?: /.test(answer.body.message)) {
      assert.ok((answer.body.details?.['issues'] as unknown[] | undefined)?.length, answer.text)
    }
    assert.equal(answer.body.request_id, answer.headers.get('x-request-id'))
    return answer
  }

  async #succeeds<Data>(method: Method, path: string, body?: unknown): Promise<Data> {
    const answer = await this.call<Data>(method, path, body)
    const told = `${method} ${path} answered ${answer.status} ${answer.text.slice(0, 500)}`
    assert.ok(answer.status >= 200 && answer.status < 300, told)
    assert.equal(answer.body?.status, true, told)
    assert.equal(answer.body.code, answer.status, told)
    return answer.body.data
  }
}
