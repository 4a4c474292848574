import { EngineError, SendError } from '@switchboard/engine'
import { AppError } from './app-error.ts'
import type { ErrorCode } from './catalogue.ts'

/** After these WhatsApp may have done what it was asked for. */
const unsure: ReadonlySet<ErrorCode> = new Set(['whatsapp_timeout', 'whatsapp_error', 'not_ready', 'internal'])

const engineSaysNothingDone = (error: EngineError): boolean => {
  if (error.code === 'timeout' || error.code === 'closed') return false
  return error.code !== 'refused' || (error.remoteCode !== undefined && error.remoteCode < 500)
}

/** Whether it is certain that a request which failed like this did nothing at WhatsApp. */
export const didNothing = (error: unknown): boolean => {
  if (error instanceof SendError) return error.certainty !== 'unknown'
  if (error instanceof EngineError) return engineSaysNothingDone(error)
  if (!(error instanceof AppError)) return false
  return error.cause instanceof EngineError ? engineSaysNothingDone(error.cause) : !unsure.has(error.code)
}
