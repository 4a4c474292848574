import { z } from 'zod'
import type { MediaKind } from '../media/limits.ts'
import type { MediaInput } from '../media/media-input.ts'
import { MessageId } from '../schemas/message-id.ts'
import type { AuthKind } from './context.ts'
import type { Given, Operation } from './define-operation.ts'
import { defineOperation } from './define-operation.ts'
import type { Needs } from './needs.ts'

export type { MediaInput } from '../media/media-input.ts'

type Shape = z.ZodObject
type None = z.ZodObject<Record<never, never>>

/** Characters of 20 MiB in base64: more than that no JSON body should hold. */
const mostBase64 = 28_000_000

/** The ways to name a file in JSON. Multipart bodies take them too, as text fields. */
export const mediaSources = {
  url: z
    .string()
    .max(2048)
    .regex(/^https?:\/\/\S+$/i, 'is not an http or https URL')
    .refine((text) => URL.canParse(text), 'is not a URL')
    .optional()
    .describe('Where to fetch the file.'),
  base64: z
    .string()
    .min(1)
    .max(mostBase64)
    .optional()
    .describe(
      'The file in base64, with or without `data:…;base64,` in front. Larger files come as multipart or by `url`.',
    ),
  media_id: z.string().max(100).optional().describe('A file that was uploaded or received before.'),
  message_id: MessageId.optional().describe('The file of a message that is stored here.'),
}

/** What an operation takes as its file. */
export interface UploadRules {
  readonly kind: MediaKind
  /** The kind that a request may ask for instead, where that may be larger: its limit holds while the file comes. */
  readonly largest?: MediaKind
  /** Name of its multipart part. */
  readonly field: string
  /** A request without a file is fine too. */
  readonly optional: boolean
  /** Another name of `base64`, which the contract has for this endpoint. */
  readonly base64Name?: string
}

/** An endpoint that takes a file, as data: multipart with a part `file`, or JSON that says where it is. The mount streams it into the spool, holds it to the limit
 *  of its kind, and removes it when the request has ended. */
export interface UploadOperation extends Operation {
  readonly upload: UploadRules
}

type UploadGiven<
  Auth extends AuthKind,
  Params extends Shape,
  Query extends Shape,
  Fields extends Shape,
  Response extends z.ZodType,
  Needed extends Needs,
> = Omit<
  Operation<Auth, Params, Query, Fields, Response, Needed>,
  'method' | 'body' | 'forms' | 'raw' | 'always' | 'act' | 'run'
> & {
  readonly media: Partial<UploadRules> & Pick<UploadRules, 'kind'>
  /** Fields in addition to the file. */
  readonly fields?: Fields
  run(
    context: Parameters<Operation<Auth, Params, Query, Fields, Response, Needed>['run']>[0],
    input: {
      readonly params: Given<Params>
      readonly query: Given<Query>
      readonly fields: Given<Fields>
      /** Undefined only where it is `optional`. */
      readonly media: MediaInput | undefined
    },
  ): ReturnType<Operation<Auth, Params, Query, Fields, Response, Needed>['run']>
}

/** What the mount gives to `run` as the body. */
export interface UploadBody {
  readonly fields: unknown
  readonly media: MediaInput | undefined
}

/** Types `run` by the schemas of the same definition, as defineOperation does. */
export const defineUpload = <
  Auth extends AuthKind,
  Params extends Shape = None,
  Query extends Shape = None,
  Fields extends Shape = None,
  Response extends z.ZodType = z.ZodUndefined,
  Needed extends Needs = Record<never, never>,
>(
  given: UploadGiven<Auth, Params, Query, Fields, Response, Needed>,
): UploadOperation => {
  const { media, fields, ...rest } = given as unknown as UploadGiven<AuthKind, Shape, Shape, Shape, z.ZodType, Needs>
  const operation = defineOperation({
    ...rest,
    method: 'POST',
    body: (fields ?? z.object({})).safeExtend({
      ...mediaSources,
      ...(media.base64Name && { [media.base64Name]: mediaSources.base64.describe('The same as `base64`.') }),
    }),
    run: (context, { params, query, body }) =>
      rest.run(context as never, { params, query, ...(body as unknown as UploadBody) } as never),
  })
  return { ...operation, upload: { field: 'file', optional: false, ...media } }
}
