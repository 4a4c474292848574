import { computed, effect, signal, untracked } from '@preact/signals'
import { type FeedEvent, type FeedState, type Switchboard, SwitchboardError } from '@switchboard/client'
import { useEffect } from 'preact/hooks'
import { asCustomer, asDevice } from './api.ts'
import { chosen, session } from './session.ts'

/** `off`: nobody is chosen that has a feed. `lost`: nothing was heard for some seconds; it is opened again and again, and continues where it ended. */
export type LiveState = 'off' | 'connecting' | 'open' | 'lost'

export const liveState = signal<LiveState>('off')
export const lostSince = signal<Date | undefined>(undefined)

type Handler = (event: FeedEvent) => void

interface Listener {
  readonly matches: (type: string) => boolean
  readonly handle: Handler
}

const listeners = new Set<Listener>()
const whenMissed = new Set<() => void>()

const matcher = (names: readonly string[]): Listener['matches'] => {
  const exact = new Set(names.filter((name) => !name.endsWith('*')))
  const starts = names.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1))
  return (type) => exact.has(type) || starts.some((start) => type.startsWith(start))
}

/** Hears events of the chosen device, or of all devices of the chosen customer.
 *  @param names exact names, `connection.*`, or `*` for all. @returns ends it */
export const onEvent = (names: readonly string[], handle: Handler): (() => void) => {
  const listener = { matches: matcher(names), handle }
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Hears that events may have been missed: what is shown may be old. */
export const onMissed = (handle: () => void): void => void whenMissed.add(handle)

/** Hears events while a component is shown. */
export const useEvents = (names: readonly string[], handle: Handler): void => {
  const key = names.join()
  useEffect(() => onEvent(key.split(','), handle), [key, handle])
}

const hear = (event: FeedEvent): void => {
  for (const { matches, handle } of listeners) if (matches(event.event_type)) handle(event)
}

interface Scope {
  /** `device 3f…`, `customer 7`. */
  readonly key: string
  readonly acting: () => Switchboard
}

/** A feed of its own for each whom the reader looks at. */
const scopeOf = (): Scope | undefined => {
  if (!session.value) return undefined
  const { deviceId, apiKeyId } = chosen.value
  if (deviceId) return { key: `device ${deviceId}`, acting: () => asDevice(deviceId) }
  return apiKeyId ? { key: `customer ${apiKeyId}`, acting: () => asCustomer(apiKeyId) } : undefined
}

const scopeKey = computed(() => scopeOf()?.key)

/** Where each feed continues. */
const cursors = new Map<string, number>()

const hearState = ({ alive }: FeedState): void => {
  if (alive) {
    // A feed that was lost before it knew its place begins anew: what is shown is asked again in any case.
    if (liveState.peek() === 'lost') for (const tell of whenMissed) tell()
    liveState.value = 'open'
    lostSince.value = undefined
  } else if (liveState.peek() !== 'lost') {
    liveState.value = 'lost'
    lostSince.value = new Date()
  }
}

const pauseMs = 5_000

const pause = (abort: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, pauseMs)
    abort.addEventListener('abort', () => resolve(), { once: true })
  })

const isGone = (error: unknown): boolean =>
  error instanceof SwitchboardError && (error.code === 'cursor_expired' || error.code === 'cursor_ahead')

/** The client connects again by itself. This begins anew after what it cannot mend. */
const follow = async ({ key, acting }: Scope, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    try {
      const feed = acting().events({
        after: cursors.get(key),
        signal,
        onState: (state) => !signal.aborted && hearState(state),
      })
      for await (const event of feed) {
        cursors.set(key, event.cursor)
        hear(event)
      }
    } catch (error) {
      if (signal.aborted) return
      hearState({ alive: false })
      if (isGone(error)) {
        cursors.delete(key)
        for (const tell of whenMissed) tell()
      }
      await pause(signal)
    }
  }
}

/** Follows the events of whoever is chosen, as long as the page is open. */
export const startLive = (): void => {
  effect(() => {
    const scope = scopeKey.value === undefined ? undefined : untracked(scopeOf)
    liveState.value = scope ? 'connecting' : 'off'
    lostSince.value = undefined
    if (!scope) return undefined
    const abort = new AbortController()
    void follow(scope, abort.signal)
    return () => abort.abort()
  })
}
