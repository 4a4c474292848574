/** What every call takes besides its fields. */
export interface CallOptions {
  /** Acts as this device, for an API key or the operator. Instead of what the client was made with. */
  readonly deviceId?: string
  /** Acts as the customer with this API key, for the operator. Instead of what the client was made with. */
  readonly apiKeyId?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Gives up when it is aborted: what was sent may still happen. */
  readonly signal?: AbortSignal
}

/** What an upload takes as the file itself. */
export type FileSource = Blob

type WithFile<Body> = { [Field in keyof Body]: NonNullable<Body[Field]> extends Blob ? FileSource : Body[Field] }

type Fields<Data> = {
  [Part in keyof Data as Exclude<Part, 'url' | 'headers'>]: Part extends 'body' ? WithFile<Data[Part]> : Data[Part]
}

/** What a call takes: the parts of its request, and options. */
export type Request<Data> = Fields<Data> & CallOptions

/** A request that can be repeated without doing it twice. */
export type KeyedRequest<Data> = Request<Data> & {
  /** For 24 hours the same key gives the first answer again, and nothing is done twice. */
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

/** Does one operation. @throws SwitchboardError */
export type Call = <Answer>(
  method: string,
  route: string,
  kind: AnswerKind,
  request?: AnyRequest,
  keyed?: boolean,
) => Promise<Answer>
