import { events } from '../generated/events.ts'
import { contractNames } from './contract-names.ts'

/** Every name that a filter may hold. */
export const knownEventNames: ReadonlySet<string> = new Set([...contractNames, ...events.map(({ name }) => name)])
