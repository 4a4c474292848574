import { useSignal } from '@preact/signals'
import { SwitchboardError } from '@switchboard/client'
import { useCallback, useEffect } from 'preact/hooks'
import { ownerApi } from '../../data/api.ts'
import { useEvents } from '../../data/live.ts'
import { chosen } from '../../data/session.ts'

/** An event with what the list needs of it. */
export interface Shown {
  readonly id: string
  readonly event_type: string
  readonly device_id?: string
  readonly timestamp: string | number
  readonly data: unknown
}

/** So many stay in the page: a busy customer has thousands a minute. */
const most = 2_000
const pageSize = 100

/** Where the log ends now. */
const newestCursor = async (abort: AbortSignal): Promise<number> =>
  (await ownerApi.value!.events.list({ query: { latest: 0 }, signal: abort })).next_after

/** The older ones are deleted with their age: then the log begins there. */
const pageBefore = async (end: number, abort: AbortSignal): Promise<{ events: Shown[]; begin: number }> => {
  const owner = ownerApi.value!
  const begin = Math.max(0, end - pageSize)
  const limit = end - begin
  if (limit === 0) return { events: [], begin: 0 }
  try {
    const { events } = await owner.events.list({ query: { after: begin, limit }, signal: abort })
    return { events: events as Shown[], begin }
  } catch (error) {
    const oldest = error instanceof SwitchboardError ? error.details['oldest_after'] : undefined
    if (typeof oldest !== 'number' || oldest >= end) return { events: [], begin: 0 }
    const { events } = await owner.events.list({ query: { after: oldest, limit: end - oldest }, signal: abort })
    return { events: events as Shown[], begin: 0 }
  }
}

/** The newest events of whoever is chosen, newest first. While it is paused, new ones wait. */
export const useEventTail = () => {
  const events = useSignal<readonly Shown[]>([])
  const held = useSignal<readonly Shown[]>([])
  const paused = useSignal(false)
  const loading = useSignal(true)
  const error = useSignal<unknown>(undefined)
  /** Where the oldest page that is shown begins; 0 when nothing earlier is kept. */
  const begin = useSignal<number | undefined>(undefined)
  const owner = `${chosen.value.deviceId ?? ''} ${chosen.value.apiKeyId ?? ''}`

  const loadBefore = useCallback(async (abort: AbortSignal) => {
    loading.value = true
    try {
      const page = await pageBefore(begin.peek() ?? (await newestCursor(abort)), abort)
      const known = new Set(events.peek().map(({ id }) => id))
      const older = page.events.filter(({ id }) => !known.has(id)).reverse()
      events.value = [...events.peek(), ...older]
      begin.value = page.begin
      error.value = undefined
    } catch (failure) {
      if (!abort.aborted) error.value = failure
    } finally {
      if (!abort.aborted) loading.value = false
    }
  }, [])

  useEffect(() => {
    const abort = new AbortController()
    events.value = []
    held.value = []
    begin.value = undefined
    void loadBefore(abort.signal)
    return () => abort.abort()
  }, [owner])

  const hear = useCallback((event: Shown) => {
    const list = paused.peek() ? held : events
    if (list.peek().some(({ id }) => id === event.id)) return
    list.value = [event, ...list.peek()].slice(0, most)
  }, [])
  useEvents(['*'], hear as Parameters<typeof useEvents>[1])

  const togglePause = useCallback(() => {
    paused.value = !paused.peek()
    if (paused.peek()) return
    events.value = [...held.peek(), ...events.peek()].slice(0, most)
    held.value = []
  }, [])

  return {
    events,
    held,
    paused,
    loading,
    error,
    begin,
    togglePause,
    loadEarlier: () => loadBefore(new AbortController().signal),
    clear: () => {
      events.value = []
    },
  }
}
