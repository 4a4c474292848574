import { uuidv7 } from 'uuidv7'

/** `evt_` and 32 hex digits that sort by time. */
export const newEventId = (): string => `evt_${uuidv7().replaceAll('-', '')}`
