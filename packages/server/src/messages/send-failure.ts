import { EngineError, OwnershipLostError, SendError } from '@switchboard/engine'
import { AppError } from '../errors/app-error.ts'
import { refusalError } from '../errors/refusals.ts'
import { FileLost } from '../media/file-uploads.ts'
import { StorageError } from '../storage/storage-error.ts'
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

/** What a failed upload means for its send: nothing of it left. Only what no media host will ever take, and a file that is gone, end it. Pure. */
export function asUploadFailure(error: unknown): unknown {
  if (error instanceof FileLost || error instanceof OwnershipLostError || error instanceof StorageError) return error
  if (error instanceof EngineError && error.code === 'refused') return error
  return new SendError('not_sent', 'the file could not be uploaded', { cause: error })
}

/** What an error of the engine says about a send. Pure. */
export function classifySendFailure(error: unknown): SendFailure {
  if (error instanceof FileLost) return { kind: 'failed', reason: 'file_lost' }
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
  if (reason === 'file_lost') {
    return new AppError('media_not_found', 'The file was not on the disk any more when the message was to leave')
  }
  if (reason === 'invalid_argument') return new AppError('invalid_request')
  if (reason === 'logged_out')
    return new AppError('device_not_linked', 'The device was logged out before the message left')
  return new AppError('whatsapp_error', 'The message could not be sent', { details: { reason } })
}
