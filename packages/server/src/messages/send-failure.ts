import { EngineError, OwnershipLostError, SendError } from '@switchboard/engine'
import { AppError } from '../errors/app-error.ts'
import { refusalError } from '../errors/refusals.ts'
import { messageRefusals } from './refusals.ts'

/** What is to be done about a send that did not succeed. */
export type SendFailure =
  /** Nothing left: try again later under the same id. */
  | { readonly kind: 'try_again' }
  /** It may have left: only a receipt, or sending again under the same id, can tell. */
  | { readonly kind: 'unknown' }
  /** It will not succeed. The reason is stored with the message. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** The device belongs to another process, which will continue. */
  | { readonly kind: 'not_ours' }

/** What an error of the engine says about a send. Pure. */
export function classifySendFailure(error: unknown): SendFailure {
  if (error instanceof OwnershipLostError) return { kind: 'not_ours' }
  if (error instanceof SendError) {
    if (error.certainty === 'not_sent') return { kind: 'try_again' }
    if (error.certainty === 'unknown') return { kind: 'unknown' }
    return { kind: 'failed', reason: error.code === undefined ? 'refused' : `refused_${error.code}` }
  }
  if (error instanceof EngineError) {
    if (error.code === 'not_connected' || error.code === 'closed') return { kind: 'try_again' }
    if (error.code === 'timeout') return { kind: 'unknown' }
    if (error.code === 'refused') {
      return { kind: 'failed', reason: error.remoteCode === undefined ? 'refused' : `refused_${error.remoteCode}` }
    }
    return { kind: 'failed', reason: error.code }
  }
  return { kind: 'unknown' }
}

/** The error of a stored reason, for requests about a message that failed. */
export function errorOfReason(reason: string | null): AppError {
  const refused = /^refused(?:_(\d+))?$/.exec(reason ?? '')
  if (refused) return refusalError(refused[1] === undefined ? undefined : Number(refused[1]), messageRefusals)
  if (reason === 'not_on_whatsapp') return new AppError('not_on_whatsapp')
  if (reason === 'unsupported') return new AppError('unsupported')
  if (reason === 'invalid_argument') return new AppError('invalid_request')
  if (reason === 'logged_out')
    return new AppError('device_not_linked', 'The device was logged out before the message left')
  return new AppError('whatsapp_error', 'The message could not be sent', { details: { reason } })
}
