import { Cron } from 'croner'
import { parseDuration } from './units.ts'

/** When something is done again and again: at times of a clock, or after equal waits that begin with the start. */
export type Schedule =
  | {
      /** Six fields, seconds first. */
      readonly pattern: string
      /** IANA name; undefined: the zone of the process. */
      readonly timeZone: string | undefined
    }
  | { readonly everyMs: number }

/** Names of schedules, as robfig/cron v3 (parser.go, parseDescriptor) has them. */
const named: Readonly<Record<string, string>> = {
  '@yearly': '0 0 0 1 1 *',
  '@annually': '0 0 0 1 1 *',
  '@monthly': '0 0 0 1 * *',
  '@weekly': '0 0 0 * * 0',
  '@daily': '0 0 0 * * *',
  '@midnight': '0 0 0 * * *',
  '@hourly': '0 0 * * * *',
}

/** Go counts whole seconds, one at least (robfig/cron v3, constantdelay.go). */
const parseEvery = (text: string): Schedule | undefined => {
  const ms = parseDuration(text)
  return ms ? { everyMs: Math.max(1000, ms - (ms % 1000)) } : undefined
}

/** A cron job that follows a schedule with a pattern; `run` is absent to look at its times alone. `5/15` means from 5 on, every 15.
 *  @throws when the pattern or the zone is none */
export const cronOf = (schedule: Extract<Schedule, { pattern: string }>, run?: () => Promise<void>): Cron => {
  const { pattern, timeZone } = schedule
  const zone = timeZone === undefined ? {} : { timezone: timeZone }
  const options = { mode: '6-part', sloppyRanges: true, protect: true, unref: true, ...zone } as const
  return run ? new Cron(pattern, options, run) : new Cron(pattern, { ...options, paused: true })
}

/** `0 0 3 * * *`, `0 5/15 * * * *`, `@daily`, `@every 6h`, each also behind `TZ=Area/City ` → a schedule; undefined when the text is none. The notation of
 *  robfig/cron v3 with seconds. */
export const parseSchedule = (text: string): Schedule | undefined => {
  const [, timeZone, rest] = /^(?:(?:CRON_)?TZ=(\S*)\s+)?(.*)$/s.exec(text.trim()) ?? []
  const words = (rest ?? '').split(/\s+/)
  if (words[0] === '@every') return words.length === 2 ? parseEvery(words[1]!) : undefined
  const pattern = named[words.join(' ')] ?? words.join(' ')
  if (pattern.split(' ').length !== 6) return undefined
  // For Go, Local is the zone of the process, and no name is UTC.
  const zone = timeZone === 'Local' ? undefined : timeZone === '' ? 'UTC' : timeZone
  const schedule = { pattern, timeZone: zone }
  try {
    // An unknown zone is noticed when a time is asked for. 30 February is no error, and never comes.
    return cronOf(schedule).nextRun() ? schedule : undefined
  } catch {
    return undefined
  }
}
