import { EngineError, OwnershipLostError, SendError } from '@switchboard/engine'
import { AppError } from './app-error.ts'

/** An error of the engine as an entry of the catalogue, or undefined when it is none. */
export function fromEngineError(error: unknown): AppError | undefined {
  if (error instanceof OwnershipLostError) return new AppError('device_not_connected', undefined, { cause: error })
  if (error instanceof SendError) {
    const details = error.code === undefined ? undefined : { details: { whatsapp_code: error.code } }
    const code =
      error.certainty === 'refused'
        ? 'message_refused'
        : error.certainty === 'unknown'
          ? 'whatsapp_timeout'
          : 'device_not_connected'
    return new AppError(code, undefined, { cause: error, ...details })
  }
  if (!(error instanceof EngineError)) return undefined
  switch (error.code) {
    case 'not_connected':
    case 'closed':
      return new AppError('device_not_connected', undefined, { cause: error })
    case 'timeout':
      return new AppError('whatsapp_timeout', undefined, { cause: error })
    case 'invalid_argument':
      return new AppError('invalid_request', error.message, { cause: error })
    case 'not_on_whatsapp':
      return new AppError('not_on_whatsapp', undefined, { cause: error })
    case 'unsupported':
      return new AppError('unsupported', undefined, { cause: error })
    case 'refused': {
      const details = error.remoteCode === undefined ? undefined : { details: { whatsapp_code: error.remoteCode } }
      return new AppError('whatsapp_error', undefined, { cause: error, ...details })
    }
  }
}
