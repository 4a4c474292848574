/** What every call takes besides its fields. */
export interface CallOptions {
  /** Acts as this device, for an API key or the operator. Instead of what the client was made with. */
  readonly deviceId?: string
  /** Acts as the customer with this API key, for the operator. Instead of what the client was made with. */
  readonly apiKeyId?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Ends the call, and its waits, when it is aborted. What was sent may still happen. */
  readonly signal?: AbortSignal
  /** How often the request is repeated when that may help. Instead of what the client was made with. */
  readonly retries?: number
}

/** Bytes, whole or as they come. Those of a stream can be read once, so that a request with one is never repeated. */
export type FileBytes = Blob | Uint8Array | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>

/** What an upload takes as the file itself: bytes, or bytes and what is known of them. */
export type FileSource =
  | FileBytes
  | { readonly data: FileBytes; readonly name?: string | undefined; readonly type?: string | undefined }

type WithFile<Body> = { [Field in keyof Body]: NonNullable<Body[Field]> extends Blob ? FileSource : Body[Field] }

type Fields<Data> = {
  [Part in keyof Data as Exclude<Part, 'url' | 'headers'>]: Part extends 'body' ? WithFile<Data[Part]> : Data[Part]
}

/** What a call takes: the parts of its request, and options. */
export type Request<Data> = Fields<Data> & CallOptions

/** A request that can be repeated without doing it twice. */
export type KeyedRequest<Data> = Request<Data> & {
  /** For 24 hours the same key gives the first answer again, and nothing is done twice. One is made for each call when it is absent. */
  readonly idempotencyKey?: string
}

/** A request of any operation, as the transport sees it. */
export interface AnyRequest extends CallOptions {
  readonly path?: object | undefined
  readonly query?: object | undefined
  readonly body?: object | undefined
  readonly idempotencyKey?: string
}

/** `json`: what is in the envelope. `raw`: the answer itself. `none`: nothing. */
export type AnswerKind = 'json' | 'raw' | 'none'

/** Does one operation; `keyed` says that it takes an `Idempotency-Key`. @throws SwitchboardError */
export type Call = <Answer>(
  method: string,
  route: string,
  kind: AnswerKind,
  request?: AnyRequest,
  keyed?: boolean,
) => Promise<Answer>
