import type { Session } from '@switchboard/engine'
import { AppError } from '../errors/app-error.ts'
import type { Sessions } from '../sessions/sessions.ts'

/** The session of a device when it is connected. Here it does not matter why it is not. */
export const sessionIfOpen = (sessions: Sessions, deviceId: string): Session | undefined => {
  try {
    return sessions.require(deviceId)
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}
