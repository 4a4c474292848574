import { useEffect, useMemo } from 'preact/hooks'
import { api, asCustomer } from '../../data/api.ts'
import { onEvent } from '../../data/live.ts'
import { type Query, useQuery } from '../../data/query.ts'
import { chosen } from '../../data/session.ts'
import { DevicePages } from './device-pages.ts'
import { deviceRow } from './device-row.ts'

export type { DeviceRow } from '@switchboard/client'

export interface DeviceFilter {
  readonly state: string | undefined
  readonly search: string | undefined
  readonly sort: 'created_at' | 'name' | 'last_seen'
  readonly order: 'asc' | 'desc'
}

/** For what no event announces, and where there is no feed. */
const everyMs = 10_000

/** Asks for the rows that events are about, once in a while: many events at once are few requests. */
const followEvents = (pages: DevicePages): (() => void) => {
  const changed = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const ask = async (): Promise<void> => {
    timer = undefined
    const ids = [...changed]
    changed.clear()
    // Counters change too, and what the filter lets through.
    await pages.refresh()
    for (const id of ids.slice(0, 20)) {
      const row = await deviceRow(id).catch(() => undefined)
      if (row) pages.replace(row)
    }
  }
  const off = onEvent(['connection.*'], ({ device_id }) => {
    changed.add(device_id)
    timer ??= setTimeout(() => void ask(), 300)
  })
  return () => {
    off()
    clearTimeout(timer)
  }
}

/** How many devices are in one of these states. The summary counts what is stored, this counts as the filter does. */
export const useMatching = (state: string): Query<number> => {
  const { apiKeyId } = chosen.value
  return useQuery(
    `device names in ${state} ${apiKeyId}`,
    async (signal) => {
      const request = { query: { limit: 1, state }, signal }
      const { summary } = apiKeyId
        ? await asCustomer(apiKeyId).deviceRegistration.list(request)
        : await api.admin.listDevices(request)
      return summary.matching
    },
    { on: ['connection.*'], everyMs },
  )
}

/** The devices that the filter lets through, page by page as the reader scrolls. */
export const useDeviceTable = ({ state, search, sort, order }: DeviceFilter): DevicePages => {
  const { apiKeyId } = chosen.value
  const pages = useMemo(
    () =>
      new DevicePages((limit, cursor, signal) => {
        const given = { ...(state && { state }), ...(search && { search }), ...(cursor && { cursor }) }
        const request = { query: { limit, sort, order, ...given }, signal }
        return apiKeyId ? asCustomer(apiKeyId).deviceRegistration.list(request) : api.admin.listDevices(request)
      }),
    [state, search, sort, order, apiKeyId],
  )
  useEffect(() => {
    void pages.refresh()
    const timer = setInterval(() => !document.hidden && void pages.refresh(), everyMs)
    const off = followEvents(pages)
    return () => {
      pages.end()
      clearInterval(timer)
      off()
    }
  }, [pages])
  return pages
}
