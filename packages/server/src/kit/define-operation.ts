import type { z } from 'zod'
import { AppError } from '../errors/app-error.ts'
import type { ErrorCode } from '../errors/catalogue.ts'
import { inWordsOf, type Refusals } from '../errors/refusals.ts'
import type { ServedFile } from '../media/served-file.ts'
import type { DevicePrincipal } from '../tenants/principals.ts'
import type { ActLedger, BegunAct, ProbeResult } from './act.ts'
import type { AuthKind, Context, PrincipalOf } from './context.ts'
import { extended } from './extended.ts'
import { type Needs, paramsSchema, type Taken, takeAll } from './needs.ts'

type Shape = z.ZodObject

/** A validated value. What was left out is absent: no field is there with `undefined` in it. */
export type Given<Schema extends z.ZodType> = Defined<z.output<Schema>>
type Defined<Value> = { [Name in keyof Value]: Exclude<Value[Name], undefined> }

/** What `run` answers: the `data` of the envelope, or nothing where the answer has none. */
export type Ran<Response extends z.ZodType> =
  | Promise<z.input<Response> | Accepted<z.input<Response>> | RawAnswer | FileAnswer>
  | (undefined extends z.input<Response> ? Promise<void> : never)

/** One public endpoint as data, with its behaviour last. Its place is its name: `operations/messaging/send-text.ts` is `messaging.sendText`. */
export interface Operation<
  Auth extends AuthKind = AuthKind,
  Params extends Shape = Shape,
  Query extends Shape = Shape,
  Body extends z.ZodType = z.ZodType,
  Response extends z.ZodType = z.ZodType,
  Needed extends Needs = Needs,
> {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** With `{name}` for path parameters, without the configured base path. */
  readonly path: string
  readonly auth: Auth
  readonly summary: string
  readonly description?: string
  /** What must be there before `run`, which gets it by name: an ability of the session, the target of the path. Needs bring their errors along. */
  readonly needs?: Needed
  /** What the codes of WhatsApp mean here. Every entry is declared. */
  readonly refusals?: Refusals
  /** Parameters of the path that no need reads. */
  readonly params?: Params
  readonly query?: Query
  /** Absent: the endpoint takes no body, and one that is sent is refused. */
  readonly body?: Body
  /** The `data` of the envelope. Absent: the answer carries no data. */
  readonly response?: Response
  /** Status on success; 200 when absent. */
  readonly status?: 200 | 201 | 204
  /** Answers outside the envelope, which `run` gives as {@link RawAnswer}: content type → what it is. With a `response` as well, either may come. */
  readonly raw?: Readonly<Record<string, string>>
  /** `run` may answer 202 as {@link Accepted}. */
  readonly mayTakeLonger?: boolean
  /** Headers that only this answer has: name → what it tells. */
  readonly headers?: Readonly<Record<string, string>>
  /** Text for the envelope's `message`. */
  readonly message?: string
  /** Takes `Idempotency-Key`: the stored answer is repeated, `run` is not. */
  readonly idempotent?: boolean
  /** What must not happen twice, and has no message id that WhatsApp would know again: takes `Idempotency-Key`, and is written down before it leaves. A repeat of
   *  what was cut off first asks `probe`; where nobody can tell, it answers 409 `outcome_unknown`. */
  readonly act?: {
    /** WhatsApp knows a repeat by the token and does not do it twice: what was cut off is simply done again. */
    readonly repeatable?: true
    probe?(
      context: Context<PrincipalOf<Auth>> & Taken<Needed>,
      input: { params: Given<Params>; query: Given<Query>; body: Given<Body> },
      begun: BegunAct,
    ): Promise<ProbeResult<z.input<Response>>>
  }
  /** What it takes away does not come back: whoever offers it to people asks them first. Without it, that is every DELETE. */
  readonly destructive?: boolean
  /** Takes `x-www-form-urlencoded` and multipart text fields as well as JSON. */
  readonly forms?: boolean
  /** Answers also while the server starts or drains. Of the context only `config`, `health` and `metrics` may be used then. */
  readonly always?: boolean
  /** Of an operation that no device calls: the device that it is about. Among several gateways the one that has that device carries it out. Undefined: there is none.
   *  @param params as they were sent */
  deviceOf?(
    services: Pick<Context, 'tenants' | 'pairingLinks' | 'media'>,
    params: Readonly<Record<string, string>>,
  ): string | undefined | Promise<string | undefined>
  /** Looks at nothing but what all gateways share: each of several carries it out, whatever device it is about. */
  readonly anywhere?: true
  /** Keeps to the send policy of its caller by itself, so that credentials with one may call it. */
  readonly heedsPolicy?: true
  /** Errors beyond those of every endpoint with this kind of auth, of the needs and of the refusals. */
  readonly errors?: readonly ErrorCode[]
  run(
    context: Context<PrincipalOf<Auth>> & Taken<Needed>,
    input: { params: Given<Params>; query: Given<Query>; body: Given<Body> },
  ): Ran<Response>
}

/** Answer 202: taken, not done yet. */
export class Accepted<Data> {
  readonly data: Data
  constructor(data: Data) {
    this.data = data
  }
}

/** An answer outside the envelope (a page, a picture, a file). The operation says so in its description. */
export class RawAnswer {
  readonly contentType: string
  readonly body: string | Uint8Array
  readonly headers: Readonly<Record<string, string>>
  readonly status: number
  constructor(
    contentType: string,
    body: string | Uint8Array,
    headers: Readonly<Record<string, string>> = {},
    status = 200,
  ) {
    this.contentType = contentType
    this.body = body
    this.headers = headers
    this.status = status
  }
}

/** A file as an answer. Ranges, revalidation and its headers are the mount's. The operation says so with a type for anything in `raw`. */
export class FileAnswer {
  readonly file: ServedFile
  constructor(file: ServedFile) {
    this.file = file
  }
}

type Run = (...given: Parameters<Operation['run']>) => Promise<unknown>

/** Begins an act that must not happen twice, unless an earlier request under its key did it. @throws AppError outcome_unknown */
const once =
  ({ act, run }: Operation): Run =>
  async (context, input) => {
    const ledger = context.act as ActLedger
    if (ledger.begun && !act?.repeatable) {
      const probed = (await act?.probe?.(context, input, ledger.begun)) ?? 'unknown'
      if (probed === 'unknown') throw new AppError('outcome_unknown')
      if (probed !== 'missing') {
        ledger.wasDone()
        return probed.found
      }
    }
    await ledger.begin()
    return run(context, input)
  }

/** Runs an operation with what it needs; a refusal of WhatsApp comes out in the words of the domain. */
const withNeeds = (operation: Operation): Run => {
  const { needs = {}, refusals = {} } = operation
  const run: Run = operation.act ? once(operation) : operation.run
  return async (context, input) => {
    const params = input.params as Record<string, string>
    const taken = await takeAll(needs, context as Context<DevicePrincipal>, params, operation.method === 'GET')
    try {
      return await run(extended(context, taken), input)
    } catch (error) {
      throw inWordsOf(refusals, error)
    }
  }
}

/** Types `run` by the schemas and needs of the same definition. What comes back is the plain {@link Operation}, with everything of its needs in it: their parameters,
 *  their errors, and a `run` that takes them first. The mount validates before it calls. */
export const defineOperation = <
  Auth extends AuthKind,
  Params extends Shape = z.ZodObject<Record<never, never>>,
  Query extends Shape = z.ZodObject<Record<never, never>>,
  Body extends z.ZodType = z.ZodUndefined,
  Response extends z.ZodType = z.ZodUndefined,
  Needed extends Needs = Record<never, never>,
>(
  given: Operation<Auth, Params, Query, Body, Response, Needed>,
): Operation => {
  const operation = given as unknown as Operation
  const { needs, refusals, errors = [] } = operation
  if (!needs && !refusals && !operation.act) return operation
  const ofNeeds = Object.values(needs ?? {}).flatMap((need) => need.errors)
  const params = paramsSchema(operation.path, needs ?? {}, operation.params)
  return {
    ...operation,
    ...(params && { params }),
    errors: [...new Set([...ofNeeds, ...Object.values(refusals ?? {}), ...errors])],
    run: withNeeds(operation) as Operation['run'],
  }
}
