import { Cron } from 'croner'
import { LRUCache } from 'lru-cache'
import { atMost } from '../at-most.ts'

/** A time of day by the clock of a place: `07:00`. */
export type TimeOfDay = `${number}:${number}`

interface Schedule {
  readonly cron: Cron
  /** Its last answer, which is the answer for every instant from the one that was asked about up to it. */
  next: number
  from: number
}

/** One schedule for each time and zone that devices use: making one takes longer than asking it. */
const schedules = new LRUCache<string, Schedule>({ ...atMost(1_000) })

const scheduleOf = (time: string, zone: string): Schedule => {
  const name = `${time} ${zone}`
  let schedule = schedules.get(name)
  if (!schedule) {
    const [hour, minute] = time.split(':').map(Number)
    const cron = new Cron(`0 ${minute} ${hour} * * *`, { paused: true, timezone: zone })
    schedule = { cron, next: 0, from: 0 }
    schedules.set(name, schedule)
  }
  return schedule
}

/** When the clock of a zone shows a time next, strictly after an instant. A time that summer time leaves out is when the clock is put forward; one that
 *  comes twice counts once, the first time. */
export const nextTime = (time: string, zone: string, after: number): number => {
  const schedule = scheduleOf(time, zone)
  if (after < schedule.from || after >= schedule.next) {
    const next = schedule.cron.nextRun(new Date(after))
    if (!next) throw new Error(`${time} never comes in ${zone}`)
    schedule.next = next.getTime()
    schedule.from = after
  }
  return schedule.next
}

export interface QuietHours {
  readonly from: string
  /** Earlier than `from`, or the same: on the next day. */
  readonly to: string
  /** IANA name. */
  readonly zone: string
}

/** When the quiet hours end in which an instant is; undefined when it is in none. They begin with the first moment of `from`, and are over with that of `to`. */
export const quietUntil = ({ from, to, zone }: QuietHours, at: number): number | undefined => {
  const [ends, begins] = [nextTime(to, zone, at), nextTime(from, zone, at)]
  // Both at once where the clock is put forward over both: then those within one day are left out, and those over midnight begin anew.
  if (ends === begins) return to <= from ? ends : undefined
  return ends < begins ? ends : undefined
}

export interface Day {
  /** `2026-03-29` */
  readonly name: string
  readonly beginsAt: number
  readonly endsAt: number
}

const longestDayMs = 26 * 60 * 60 * 1000

/** The day of each zone that was asked about last: every send of a device with a daily limit asks for it, several times. */
const days = new LRUCache<string, Day>({ ...atMost(1_000) })

/** The day of a zone in which an instant is: 23 hours, or 25, where the clock is changed. */
export const dayOf = (zone: string, at: number): Day => {
  const known = days.get(zone)
  if (known && known.beginsAt <= at && at < known.endsAt) return known
  const day = findDay(zone, at)
  days.set(zone, day)
  return day
}

const findDay = (zone: string, at: number): Day => {
  const midnight = '00:00'
  let beginsAt = nextTime(midnight, zone, at - longestDayMs)
  let endsAt = nextTime(midnight, zone, beginsAt)
  while (endsAt <= at) {
    beginsAt = endsAt
    endsAt = nextTime(midnight, zone, beginsAt)
  }
  // Noon of the day, whatever was done to its first hour.
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
  const part = Object.fromEntries(parts.formatToParts((beginsAt + endsAt) / 2).map(({ type, value }) => [type, value]))
  return { name: `${part['year']}-${part['month']}-${part['day']}`, beginsAt, endsAt }
}
