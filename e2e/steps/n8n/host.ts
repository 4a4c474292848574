import { listed, loadListed } from './load-package.ts'

export type Values = Readonly<Record<string, unknown>>

export interface BinaryFile {
  readonly bytes: Buffer
  readonly fileName: string | undefined
  readonly mimeType: string | undefined
}

export interface Item {
  readonly json: Record<string, unknown>
  readonly binary?: Readonly<Record<string, BinaryFile>>
  readonly pairedItem?: { readonly item: number }
}

interface Request {
  readonly method?: string
  readonly url: string
  readonly qs?: Values
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly json?: boolean
  readonly encoding?: 'arraybuffer'
  readonly returnFullResponse?: boolean
  readonly ignoreHttpStatusErrors?: boolean
}

interface Credentials {
  authenticate(credentials: Values, request: Request): Promise<Request>
}

const bodyOf = (body: unknown): Pick<RequestInit, 'body'> => {
  if (body === undefined) return {}
  return { body: Buffer.isBuffer(body) ? new Uint8Array(body) : JSON.stringify(body) }
}

const answerOf = async (response: Response, { encoding }: Request): Promise<unknown> => {
  const bytes = Buffer.from(await response.arrayBuffer())
  if (encoding === 'arraybuffer' || bytes.length === 0) return bytes
  return JSON.parse(bytes.toString())
}

/** What n8n's helper does with a request: query, JSON or bytes, the whole response or its body, and an error for a status that is one. */
const send = async (request: Request): Promise<unknown> => {
  const url = new URL(request.url)
  for (const [name, value] of Object.entries(request.qs ?? {})) url.searchParams.set(name, String(value))
  const json = request.json && request.body !== undefined ? { 'content-type': 'application/json' } : {}
  const init = { method: request.method ?? 'GET', headers: { ...json, ...request.headers }, ...bodyOf(request.body) }
  const response = await fetch(url, init)
  const body = await answerOf(response, request)
  if (!response.ok && !request.ignoreHttpStatusErrors)
    throw Object.assign(new Error(`Request failed with status code ${response.status}`), { response: { body } })
  if (!request.returnFullResponse) return body
  return { statusCode: response.status, headers: Object.fromEntries(response.headers), body }
}

/** What n8n gives to every node: its credentials, requests with them, and files. */
export const hostOf = (credentials: Values) => {
  const own = loadListed<Credentials>(listed.credentials[0]!)
  return {
    getCredentials: async () => credentials,
    getNode: () => ({ id: 'node-1', name: 'Switchboard' }),
    helpers: {
      httpRequestWithAuthentication: async (name: string, request: Request) => {
        if (name !== 'switchboardApi') throw new Error(`no credentials ${name}`)
        return send(await own.authenticate(credentials, request))
      },
      prepareBinaryData: async (bytes: Buffer, fileName?: string, mimeType?: string): Promise<BinaryFile> => ({
        bytes,
        fileName,
        mimeType,
      }),
    },
  }
}
