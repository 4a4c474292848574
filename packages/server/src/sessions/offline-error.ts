import { AppError } from '../errors/app-error.ts'
import type { SessionStatus } from './sessions.ts'

/** What a connection takes once it is its turn. */
const connectSeconds = 2

/** States in which a linked device will not be back soon, although the server connects by itself later. What is sent in between would only wait. */
const away: ReadonlySet<string> = new Set(['banned', 'outdated', 'blocked', 'logged_out'])

/** Whether what is to be sent is taken now: the device is connected, or will be without anybody's doing. */
export const takesSends = ({ linked, comesBack, state }: SessionStatus): boolean =>
  linked === true && comesBack && !away.has(state.name)

/** Why a device can do nothing now: its state, what a person can do, and when to try again where waiting helps.
 *  @param now Unix ms */
export function offlineError(status: SessionStatus, now: number): AppError {
  const { linked, state, nextAction, comesBack, retryAt } = status
  if (linked === false) return new AppError('device_not_linked')
  const details = { state: state.name, ...(state.reason && { reason: state.reason }), next_action: nextAction.code }
  const waitSeconds = Math.max(0, Math.ceil(((retryAt ?? now) - now) / 1000)) + connectSeconds
  // Nobody looked yet whether it is linked: that takes a moment.
  const helps = comesBack || linked === undefined
  return new AppError('device_not_connected', undefined, { details, ...(helps && { retryAfterSeconds: waitSeconds }) })
}
