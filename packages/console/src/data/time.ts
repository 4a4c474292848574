import { signal } from '@preact/signals'
import { locale } from '../words/words.ts'

/** Moves on once a second, for countdowns and for how long something is ago. */
export const now = signal(Date.now())

const tick = (): void => {
  if (!document.hidden) now.value = Date.now()
}

setInterval(tick, 1_000)
document.addEventListener('visibilitychange', tick)

/** The API gives instants as RFC 3339, Unix seconds in events of WhatsApp, or ms. */
export const instantOf = (given: string | number): Date => {
  if (typeof given === 'string') return new Date(given)
  return new Date(given < 100_000_000_000 ? given * 1000 : given)
}

const formats = new Map<string, Intl.DateTimeFormat>()

const format = (date: Date, options: Intl.DateTimeFormatOptions): string => {
  const key = `${locale()} ${JSON.stringify(options)}`
  const known = formats.get(key) ?? new Intl.DateTimeFormat(locale(), options)
  formats.set(key, known)
  return known.format(date)
}

/** With date, seconds and zone, for a tooltip. */
export const fullTime = (date: Date): string => format(date, { dateStyle: 'full', timeStyle: 'long' })

const sameDay = (one: Date, other: Date): boolean => one.toDateString() === other.toDateString()

/** The time of today, or the day of any other. In the reader's zone. */
export const shortTime = (date: Date): string => {
  const today = new Date(now.peek())
  if (sameDay(date, today)) return format(date, { hour: '2-digit', minute: '2-digit' })
  const year = date.getFullYear() === today.getFullYear() ? undefined : ('numeric' as const)
  return format(date, { day: 'numeric', month: 'short', ...(year && { year }), hour: '2-digit', minute: '2-digit' })
}

/** For logs: `14:03:07`, with the day when it is another one. */
export const clockTime = (date: Date): string => {
  const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const
  return format(date, sameDay(date, new Date(now.peek())) ? clock : { day: '2-digit', month: '2-digit', ...clock })
}

const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const

/** `5 minutes ago`, `in 2 hours`. */
export const relativeTime = (date: Date): string => {
  const seconds = Math.round((date.getTime() - now.value) / 1000)
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) ?? units[3]
  return new Intl.RelativeTimeFormat(locale(), { numeric: 'auto', style: 'short' }).format(
    Math.trunc(seconds / size),
    unit,
  )
}

/** `1,234` as the reader writes it. */
export const number = (value: number): string => value.toLocaleString(locale())
