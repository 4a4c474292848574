import type { ErrorCode } from '../errors/catalogue.ts'

/** With what the governor refuses what cannot wait. */
export const reachOutErrors = ['device_paused', 'send_limit_reached'] as const satisfies readonly ErrorCode[]
