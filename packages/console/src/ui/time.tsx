import { clockTime, fullTime, instantOf, relativeTime, shortTime } from '../data/time.ts'

interface TimeProps {
  /** RFC 3339, Unix seconds or ms. Nothing shows a dash. */
  readonly at: string | number | null | undefined
  /** `short`: the time of today or the day. `clock`: with seconds. `relative`: how long ago. */
  readonly as?: 'short' | 'clock' | 'relative'
}

const forms = { short: shortTime, clock: clockTime, relative: relativeTime }

/** An instant in the reader's zone; the whole of it is in the tooltip. */
export const Time = ({ at, as = 'short' }: TimeProps) => {
  if (at === null || at === undefined || at === '') return <span class="quiet">–</span>
  const date = instantOf(at)
  if (Number.isNaN(date.getTime())) return <span>{String(at)}</span>
  return (
    <time dateTime={date.toISOString()} title={fullTime(date)}>
      {forms[as](date)}
    </time>
  )
}
