import { type ReadonlySignal, useSignal } from '@preact/signals'
import type { DeviceRow } from '@switchboard/client'
import { useCallback, useEffect, useMemo, useRef } from 'preact/hooks'
import { api, asCustomer } from '../../data/api.ts'
import { onEvent } from '../../data/live.ts'
import { chosen } from '../../data/session.ts'

export type { DeviceRow } from '@switchboard/client'

export interface DeviceFilter {
  readonly state: string | undefined
  readonly search: string | undefined
  readonly sort: 'created_at' | 'name' | 'last_seen'
  readonly order: 'asc' | 'desc'
}

type Answer = Awaited<ReturnType<typeof api.admin.listDevices>>

export interface DeviceTable {
  /** The rows that are loaded; undefined before the first answer. */
  readonly rows: ReadonlySignal<readonly DeviceRow[] | undefined>
  readonly summary: ReadonlySignal<Answer['summary'] | undefined>
  readonly error: ReadonlySignal<unknown>
  /** Loads on until this many rows are there. */
  readonly need: (index: number) => void
  readonly refresh: () => Promise<void>
}

const firstPage = 100
const nextPage = 500

/** Most pages answer at once; nobody should see the ones in between flicker. */
const everyMs = 10_000

/** The devices that the filter lets through, page by page as the reader scrolls. Loaded rows stay fresh: by events where there is a feed, and every few seconds. */
export const useDeviceTable = ({ state, search, sort, order }: DeviceFilter): DeviceTable => {
  const { apiKeyId } = chosen.value
  const key = JSON.stringify([state, search, sort, order, apiKeyId])
  const rows = useSignal<readonly DeviceRow[] | undefined>(undefined)
  const summary = useSignal<Answer['summary'] | undefined>(undefined)
  const error = useSignal<unknown>(undefined)
  const state_ = useRef({
    cursor: undefined as string | undefined,
    wanted: 0,
    running: false,
    abort: new AbortController(),
  })

  const page = useCallback(
    async (limit: number, cursor: string | undefined, signal: AbortSignal): Promise<Answer> => {
      const query = {
        limit,
        sort,
        order,
        ...(state && { state }),
        ...(search && { search }),
        ...(cursor && { cursor }),
      }
      return apiKeyId
        ? asCustomer(apiKeyId).deviceRegistration.list({ query, signal })
        : api.admin.listDevices({ query, signal })
    },
    [key],
  )

  const load = useCallback(
    async (again: boolean): Promise<void> => {
      const own = state_.current
      if (own.running) return
      own.running = true
      const { signal } = own.abort
      try {
        const known = again ? [] : (rows.peek() ?? [])
        const limit = again ? Math.min(1000, Math.max(firstPage, rows.peek()?.length ?? 0)) : nextPage
        const answer = await page(limit, again ? undefined : own.cursor, signal)
        rows.value = [...known, ...answer.devices]
        summary.value = answer.summary
        error.value = undefined
        own.cursor = answer.next_cursor
      } catch (failure) {
        if (!signal.aborted) error.value = failure
      } finally {
        if (own === state_.current) own.running = false
      }
      if (own === state_.current && own.cursor && error.peek() === undefined && own.wanted > (rows.peek()?.length ?? 0))
        await load(false)
    },
    [page],
  )

  useEffect(() => {
    state_.current = { cursor: undefined, wanted: 0, running: false, abort: new AbortController() }
    const own = state_.current
    void load(true)
    const refresh = (): void => void (!document.hidden && load(true))
    const timer = setInterval(refresh, everyMs)
    let soon: ReturnType<typeof setTimeout> | undefined
    const off = onEvent(['connection.*'], () => {
      soon ??= setTimeout(() => {
        soon = undefined
        refresh()
      }, 300)
    })
    return () => {
      own.abort.abort()
      clearInterval(timer)
      clearTimeout(soon)
      off()
    }
  }, [load])

  return useMemo(
    () => ({
      rows,
      summary,
      error,
      refresh: () => load(true),
      need(index: number) {
        state_.current.wanted = index
        if (state_.current.cursor && index > (rows.peek()?.length ?? 0)) void load(false)
      },
    }),
    [load],
  )
}
