import { EngineError, OwnershipLostError, SendError } from '@switchboard/engine'
import { AppError } from './app-error.ts'
import { refusalError } from './refusals.ts'

/** The connection went away under a request: it is made again at once. */
const lostConnection = (cause: Error) =>
  new AppError('device_not_connected', undefined, { cause, retryAfterSeconds: 2 })

/** An error of the engine as an entry of the catalogue, or undefined when it is none. */
export function fromEngineError(error: unknown): AppError | undefined {
  if (error instanceof OwnershipLostError) return lostConnection(error)
  if (error instanceof SendError) {
    if (error.certainty === 'refused') return refusalError(error.code, { other: 'message_refused' }, error)
    if (error.certainty === 'not_sent') return lostConnection(error)
    return new AppError('whatsapp_timeout', undefined, { cause: error })
  }
  if (!(error instanceof EngineError)) return undefined
  switch (error.code) {
    case 'not_connected':
    case 'closed':
      return lostConnection(error)
    case 'timeout':
      return new AppError('whatsapp_timeout', undefined, { cause: error })
    case 'invalid_argument':
      return new AppError('invalid_request', error.message, { cause: error })
    case 'not_on_whatsapp':
      return new AppError('not_on_whatsapp', undefined, { cause: error })
    case 'unsupported':
      return new AppError('unsupported', undefined, { cause: error })
    case 'media_gone':
      return new AppError('media_deleted', undefined, { cause: error, details: { reason: 'gone' } })
    case 'media_flawed':
      return new AppError('media_flawed', undefined, { cause: error })
    case 'refused':
      return refusalError(error.remoteCode, {}, error)
  }
}
