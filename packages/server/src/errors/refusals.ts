import { EngineError } from '@switchboard/engine'
import { AppError } from './app-error.ts'
import type { ErrorCode } from './catalogue.ts'

/** What the codes of WhatsApp mean in one domain: its code → the entry of the catalogue, which has the status and the advice. `other`: any code that is not
 *  among them, unless it is WhatsApp's own failure (5xx) or its limit (429). */
export type Refusals = Readonly<Record<number, ErrorCode>> & { readonly other?: ErrorCode }

/** What every request to WhatsApp can be refused with, whatever the domain makes of its own codes. */
export const anyRefusal = ['refused_by_whatsapp', 'whatsapp_rate_limited', 'whatsapp_error'] as const

/** The entry for a code of WhatsApp: what the domain says, else by its kind. What is the caller's fault is never a 502. */
const codeOf = (remote: number | undefined, refusals: Refusals): ErrorCode => {
  if (remote === undefined) return refusals.other ?? 'whatsapp_error'
  if (remote === 429) return 'whatsapp_rate_limited'
  const fallback = remote >= 500 ? 'whatsapp_error' : (refusals.other ?? 'refused_by_whatsapp')
  return refusals[remote] ?? fallback
}

/** WhatsApp's refusal with this code, in the words of the catalogue. */
export const refusalError = (remote: number | undefined, refusals: Refusals = {}, cause?: unknown): AppError => {
  const code = codeOf(remote, refusals)
  return new AppError(code, undefined, {
    cause,
    ...(remote !== undefined && { details: { whatsapp_code: remote } }),
  })
}

/** A refusal of the engine in the words of the domain; anything else comes back as it is. */
export const inWordsOf = (refusals: Refusals, error: unknown): unknown =>
  error instanceof EngineError && error.code === 'refused' ? refusalError(error.remoteCode, refusals, error) : error
