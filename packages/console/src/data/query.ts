import { type ReadonlySignal, type Signal, signal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { onEvent, onMissed } from './live.ts'

/** Something that was asked of the server, and is asked again when it may have changed. */
export interface Query<Data> {
  /** The newest answer; stays while it is asked again. */
  readonly data: ReadonlySignal<Data | undefined>
  /** What the last request failed with; undefined after one that did not. */
  readonly error: ReadonlySignal<unknown>
  readonly loading: ReadonlySignal<boolean>
  /** Asks again now. Never rejects: `error` says what failed. */
  refresh(): Promise<void>
}

export interface QueryOptions {
  /** Asks again after these events: exact names, or `connection.*`. */
  readonly on?: readonly string[]
  /** Asks again after so long, ms, while the page is visible; for what no event announces. */
  readonly everyMs?: number
}

class Entry<Data> implements Query<Data> {
  readonly data: Signal<Data | undefined> = signal()
  readonly error: Signal<unknown> = signal()
  readonly loading: Signal<boolean> = signal(false)
  load: (abort: AbortSignal) => Promise<Data>
  users = 0
  #running: AbortController | undefined

  constructor(load: (abort: AbortSignal) => Promise<Data>) {
    this.load = load
  }

  /** The newest request counts: one that runs is given up. */
  refresh = async (): Promise<void> => {
    this.#running?.abort()
    const running = new AbortController()
    this.#running = running
    this.loading.value = true
    try {
      const data = await this.load(running.signal)
      if (this.#running !== running) return
      this.data.value = data
      this.error.value = undefined
    } catch (error) {
      if (this.#running === running) this.error.value = error
    } finally {
      if (this.#running === running) this.loading.value = false
    }
  }

  stop(): void {
    this.#running?.abort()
    this.#running = undefined
    this.loading.value = false
  }
}

const most = 60
const entries = new Map<string, Entry<never>>()

/** Answers that nobody looks at stay for a while, so that going back shows them at once. */
const forgetOldest = (): void => {
  for (const [key, entry] of entries) {
    if (entries.size <= most) return
    if (entry.users === 0) entries.delete(key)
  }
}

const entryOf = <Data>(key: string, load: Entry<Data>['load']): Entry<Data> => {
  const known = entries.get(key) as Entry<Data> | undefined
  if (known) return known
  const made = new Entry(load)
  entries.set(key, made as Entry<unknown> as Entry<never>)
  forgetOldest()
  return made
}

/** Forgets every answer: for another credential. */
export const forgetAll = (): void => {
  for (const entry of entries.values()) entry.stop()
  entries.clear()
}

/** Asks again for everything that is shown and has a key that begins so. */
export const refreshQueries = (starts: readonly string[]): void => {
  for (const [key, entry] of entries)
    if (entry.users > 0 && starts.some((start) => key.startsWith(start))) void entry.refresh()
}

onMissed(() => refreshQueries(['']))

/** Many events at once are one request. */
const soon = (act: () => void): (() => void) => {
  let waits = false
  return () => {
    if (waits) return
    waits = true
    setTimeout(() => {
      waits = false
      act()
    }, 250)
  }
}

/** Asks the server, and again when it may have changed. Components that ask for the same share one answer.
 *  @param key names what is asked, with everything that the answer depends on, also the chosen device */
export const useQuery = <Data>(
  key: string,
  load: (abort: AbortSignal) => Promise<Data>,
  { on, everyMs }: QueryOptions = {},
): Query<Data> => {
  const entry = useMemo(() => entryOf(key, load), [key])
  entry.load = load
  const names = on?.join()
  useEffect(() => {
    entry.users++
    void entry.refresh()
    return () => {
      entry.users--
      if (entry.users === 0) entry.stop()
    }
  }, [entry])
  useEffect(() => (names ? onEvent(names.split(','), soon(entry.refresh)) : undefined), [entry, names])
  useEffect(() => {
    if (!everyMs) return undefined
    const timer = setInterval(() => !document.hidden && void entry.refresh(), everyMs)
    return () => clearInterval(timer)
  }, [entry, everyMs])
  return entry
}
