import { EngineError, OwnershipLostError, SendError } from '@switchboard/engine'
import { AppError } from './app-error.ts'
import { refusalError } from './refusals.ts'

/** An error of the engine as an entry of the catalogue, or undefined when it is none. */
export function fromEngineError(error: unknown): AppError | undefined {
  if (error instanceof OwnershipLostError) return new AppError('device_not_connected', undefined, { cause: error })
  if (error instanceof SendError) {
    if (error.certainty === 'refused') return refusalError(error.code, { other: 'message_refused' }, error)
    return new AppError(error.certainty === 'unknown' ? 'whatsapp_timeout' : 'device_not_connected', undefined, {
      cause: error,
    })
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
    case 'refused':
      return refusalError(error.remoteCode, {}, error)
  }
}
