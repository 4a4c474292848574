import { Refused } from '../phone/ask-server.ts'
import { ControlError } from './control-error.ts'

/** What a phone could not do: the server's refusal keeps its code as HTTP status, all else is the caller's doing. */
export async function orRefused<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ControlError) throw error
    const text = error instanceof Error ? error.message : String(error)
    if (!(error instanceof Refused)) throw new ControlError(400, 'invalid_request', text)
    throw new ControlError(error.code >= 400 && error.code < 500 ? error.code : 409, 'refused', text)
  }
}
