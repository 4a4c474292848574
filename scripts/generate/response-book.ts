import { type ErrorCode, errorCatalogue } from '../../packages/server/src/errors/catalogue.ts'
import type { Operation } from '../../packages/server/src/kit/define-operation.ts'
import type { StreamOperation } from '../../packages/server/src/kit/define-stream.ts'
import { errorsOf } from '../../packages/server/src/kit/errors-of.ts'
import { pascalCase } from './openapi-names.ts'

type Json = Record<string, unknown>

/** What every refused request answers. */
export const failureSchema: Json = {
  type: 'object',
  required: ['status', 'code', 'message', 'error', 'error_code', 'retryable', 'request_id'],
  properties: {
    status: { const: false },
    code: { type: 'integer', description: 'The HTTP status.' },
    message: { type: 'string' },
    error: { type: 'string', description: 'Repeats `message`.' },
    error_code: { enum: Object.keys(errorCatalogue), description: 'Stable name of the error.' },
    retryable: { type: 'boolean', description: 'The same request may succeed later.' },
    request_id: { type: 'string' },
    details: { type: 'object', additionalProperties: true },
  },
}

const retryAfter = {
  'Retry-After': {
    description: 'Seconds after which the request may come again. Absent where waiting alone does not help.',
    schema: { type: 'integer', minimum: 1 },
  },
}

const order = Object.keys(errorCatalogue) as ErrorCode[]

const failures = (codes: readonly ErrorCode[]): Json => ({
  ...(codes.some((code) => errorCatalogue[code].retryable) && { headers: retryAfter }),
  description: codes.map((code) => `\`${code}\`: ${errorCatalogue[code].title}.`).join(' '),
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Failure' } } },
})

/** Refusals as components: whichever operations can answer the same errors under a status share one. */
export class ResponseBook {
  readonly components: Record<string, Json> = {}

  /** The errors that an operation can answer, by status. */
  failuresOf(operation: Operation | StreamOperation): Json {
    const declared = new Set(errorsOf(operation))
    const byStatus = Map.groupBy(
      order.filter((code) => declared.has(code)),
      (code) => errorCatalogue[code].status,
    )
    const sorted = [...byStatus].sort(([a], [b]) => a - b)
    return Object.fromEntries(sorted.map(([status, codes]) => [status, this.#shared(codes)]))
  }

  #shared(codes: readonly ErrorCode[]): Json {
    const name = codes.map(pascalCase).join('Or')
    this.components[name] ??= failures(codes)
    return { $ref: `#/components/responses/${name}` }
  }
}
