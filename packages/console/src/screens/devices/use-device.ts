import { type api, asDevice } from '../../data/api.ts'
import { type Query, useQuery } from '../../data/query.ts'
import { deviceRow } from './device-row.ts'
import type { DeviceRow } from './device-table.ts'

type Status = Awaited<ReturnType<typeof api.device.getStatus>>

/** A device as its page shows it. What only its owner or the operator can see is absent for the device itself. */
export interface Device
  extends Pick<Status, 'state' | 'reason' | 'next_action' | 'since' | 'retry_at' | 'connected' | 'is_logged_in'>,
    Partial<
      Pick<
        DeviceRow,
        'customer_name' | 'phone' | 'lid' | 'push_name' | 'banned_until' | 'last_seen_at' | 'queued_sends' | 'has_proxy'
      >
    > {
  readonly device_id: string
  readonly device_name: string
  readonly whatsmeow_jid: string
  readonly created_at: string
}

/** What each part of its page gets. */
export interface TabProps {
  readonly device: Device
  /** Asks for its state again. */
  readonly refresh: () => Promise<void>
}

/** One device, fresh with each event of its connection. */
export const useDevice = (id: string): Query<Device> =>
  useQuery(
    `device ${id}`,
    async (signal) => {
      const acting = asDevice(id).device
      const [me, status, row] = await Promise.all([
        acting.getMe({ signal }),
        acting.getStatus({ signal }),
        deviceRow(id, signal),
      ])
      return { ...row, ...me, ...status }
    },
    { on: ['connection.*'], everyMs: 5_000 },
  )
