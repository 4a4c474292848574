import { EngineError, type EngineErrorCode, OwnershipLostError, type SendCertainty, SendError } from '../errors.ts'

/** An error on its way to another thread. What its class means arrives there; what it refers to does not, except for its cause. */
export interface PackedError {
  readonly kind: 'EngineError' | 'SendError' | 'OwnershipLostError' | 'other'
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  /** Its own fields that are plain values: `code`, `remoteCode`, `certainty`, `syscall` … */
  readonly fields: Readonly<Record<string, unknown>>
  readonly cause?: PackedError
}

const deepestCause = 4
const told = new Set(['name', 'message', 'stack', 'cause'])

const kindOf = (error: Error): PackedError['kind'] => {
  if (error instanceof EngineError) return 'EngineError'
  if (error instanceof SendError) return 'SendError'
  return error instanceof OwnershipLostError ? 'OwnershipLostError' : 'other'
}

const isPlain = (value: unknown): boolean => ['string', 'number', 'boolean', 'bigint'].includes(typeof value)

/** @param error anything that was thrown */
export function packError(error: unknown, depth = 0): PackedError {
  if (!(error instanceof Error)) {
    return { kind: 'other', name: 'Error', message: String(error), stack: undefined, fields: {} }
  }
  const { name, message, stack, cause } = error
  const fields = Object.entries(error).filter(([key, value]) => !told.has(key) && isPlain(value))
  return {
    ...{ kind: kindOf(error), name, message, stack, fields: Object.fromEntries(fields) },
    ...(cause instanceof Error && depth < deepestCause && { cause: packError(cause, depth + 1) }),
  }
}

export function unpackError(packed: PackedError): Error {
  const error = made(packed)
  if (packed.stack !== undefined) error.stack = packed.stack
  return error
}

function made({ kind, name, message, fields, cause: packed }: PackedError): Error {
  const cause = packed && unpackError(packed)
  const because = cause ? { cause } : {}
  if (kind === 'EngineError') {
    const remoteCode = fields['remoteCode']
    const options = { ...because, ...(typeof remoteCode === 'number' && { remoteCode }) }
    return new EngineError(fields['code'] as EngineErrorCode, message, options)
  }
  if (kind === 'SendError') {
    const code = fields['code']
    return new SendError(fields['certainty'] as SendCertainty, message, {
      ...because,
      ...(typeof code === 'number' && { code }),
    })
  }
  if (kind === 'OwnershipLostError') return new OwnershipLostError(message, because)
  return Object.assign(new Error(message, because), fields, { name })
}
