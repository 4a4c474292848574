import { appStateCollections } from '@switchboard/engine'
import { z } from 'zod'

/** A collection of the state that the devices of an account share. */
export const AppStateCollection = z.enum(appStateCollections).meta({ id: 'AppStateCollection' })

/** For how long a chat is silent, seconds. */
export const MuteSeconds = z
  .int()
  .min(0)
  .max(10 * 365 * 86_400)
  .describe('For how many seconds; 0 or absent: without end')

/** The moment at which a chat rings again, Unix ms: -1 never, undefined now. */
export const mutedUntil = (muted: boolean, seconds: number | undefined, now: number): number | undefined =>
  muted ? (seconds ? now + seconds * 1000 : -1) : undefined
