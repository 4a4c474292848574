import { z } from 'zod'
import { refusedField } from '../../errors/refused-field.ts'
import type { Context } from '../../kit/context.ts'
import { commaList } from '../../schemas/comma-list.ts'
import { Instant } from '../../schemas/instant.ts'
import { optionalLimit } from '../../schemas/limit.ts'
import { DeviceTableCursor, deviceTableCursor } from '../../schemas/page-cursor.ts'
import { words } from '../../schemas/text.ts'
import { liveState } from '../../sessions/live-state.ts'
import type { SessionStatus } from '../../sessions/sessions.ts'
import type { DeviceFilter, DeviceStatus, ListedDevice } from '../../tenants/devices.ts'
import { DeviceEntry, toDeviceEntry } from './device-shapes.ts'

const statuses = ['pending', 'active', 'disconnected', 'logged_out'] as const satisfies readonly DeviceStatus[]
const liveStates = ['connecting', 'pairing', 'replaced', 'banned', 'outdated', 'blocked'] as const

const DeviceState = z.enum([...statuses, ...liveStates, 'unreachable'])

export const DeviceTableQuery = z.object({
  state: commaList(DeviceState, 200, 'is not a state of a device')
    .optional()
    .meta({
      description:
        'Only devices in one of these states, with commas between: `pending`, `active`, `disconnected` and `logged_out` as stored, or `connecting`, `pairing`, `replaced`, `banned`, `outdated`, `blocked` and `unreachable` (WhatsApp or the proxy cannot be reached) as the connection is now.',
      examples: ['disconnected,banned'],
    }),
  search: words(100).optional().describe('Part of a name, number, LID, id or customer'),
  sort: z
    .enum(['created_at', 'name', 'last_seen'])
    .default('created_at')
    .describe('`last_seen`: by the newest event of the device'),
  order: z.enum(['asc', 'desc']).optional().describe('`asc` for names and `desc` for times when absent'),
  limit: optionalLimit,
  cursor: DeviceTableCursor.optional().describe('`next_cursor` of the page before, in the same order'),
})

/** A device as a table shows it: what is stored of it, and how it does now. */
export const DeviceRow = DeviceEntry.extend({
  customer_name: z.string(),
  phone: z.string().meta({ description: 'Number of the account; empty before linking.', examples: ['4917012345678'] }),
  lid: z.string().meta({ description: 'LID of the account; empty when not known.' }),
  push_name: z.string().meta({ description: 'Name that the account shows; empty when not known.' }),
  state: z.string().meta({
    description: 'Session state as in `GET /devices/me/status`: `idle`, `connecting`, `open`, `banned`…',
    examples: ['open'],
  }),
  reason: z.string().nullable().describe('Why it is in this state, where that says more than the state'),
  next_action: z
    .object({ code: z.string(), text: z.string() })
    .meta({ examples: [{ code: 'none', text: 'Nothing to do: the device is connected.' }] }),
  connected: z.boolean(),
  since: Instant.describe('Since when it has this state'),
  retry_at: Instant.nullable().describe('Next automatic attempt to connect'),
  banned_until: Instant.nullable().describe('When a ban ends, if WhatsApp said so'),
  last_seen_at: Instant.nullable().describe('Its newest event, or when it was connected last'),
  queued_sends: z.int().describe('Messages that wait to be sent, scheduled ones too; counted up to 1000'),
  has_proxy: z.boolean().describe('It has a proxy of its own'),
}).meta({ id: 'DeviceRow' })

export const DeviceTable = z.object({
  devices: z.array(DeviceRow),
  summary: z.object({
    total: z.int().describe('All devices of everybody, or of the API key'),
    connected: z.int(),
    disconnected: z.int().describe('Disconnected and logged out'),
    pending: z.int(),
    matching: z.int().describe('Those that `state` and `search` let through, on all pages together'),
  }),
  next_cursor: z.string().optional().meta({ description: 'Where the next page begins; absent on the last.' }),
})

const toDeviceRow = (device: ListedDevice, status: SessionStatus): z.input<typeof DeviceRow> => {
  const { fromRow, name, reason, nextAction } = liveState(status, device)
  return {
    ...toDeviceEntry(device),
    customer_name: device.customerName,
    phone: device.jid?.replace(/[:@].*/, '') ?? '',
    lid: device.lid ?? '',
    push_name: device.pushName ?? '',
    state: name,
    reason,
    next_action: nextAction,
    connected: status.connected,
    since: fromRow ? device.stateSince : status.since,
    retry_at: status.retryAt === undefined ? null : Math.round(status.retryAt),
    banned_until: device.bannedUntil,
    last_seen_at: device.lastSeenAt,
    queued_sends: device.queued,
    has_proxy: device.hasProxy,
  }
}

type Query = z.output<typeof DeviceTableQuery>

/** What is stored in one of the states, and what connections are in one of them, with how each does. */
async function among(fleet: Context['fleet'], states: NonNullable<Query['state']>) {
  const wanted = new Set<string>(states)
  const stored = statuses.filter((status) => wanted.has(status))
  const live = stored.length === wanted.size ? new Map<string, SessionStatus>() : await fleet.devicesIn(states)
  return { filter: { statuses: stored, ids: [...live.keys()] } satisfies DeviceFilter['among'], live }
}

/** A page of the devices of everybody, or of one API key. @throws AppError invalid_request when the cursor is of another order; not_ready when a
 *  node does not answer that has a part of the devices */
export async function readDeviceTable(
  { tenants: { devices }, sessions, fleet }: Pick<Context, 'tenants' | 'sessions' | 'fleet'>,
  query: Query,
  of: { readonly apiKeyId?: number | undefined },
): Promise<z.input<typeof DeviceTable>> {
  const { state, search, sort, limit, cursor } = query
  const order = query.order ?? (sort === 'name' ? 'asc' : 'desc')
  if (cursor && (cursor.sort !== sort || cursor.order !== order)) {
    throw refusedField('query.cursor', 'is of a list in another order')
  }
  const found = state && (await among(fleet, state))
  const filter = { apiKeyId: of.apiKeyId, search, among: found?.filter }
  // One more than asked for tells whether anything follows.
  const page = { sort, descending: order === 'desc', after: cursor, ...(limit !== undefined && { limit: limit + 1 }) }
  const filtered = state !== undefined || search !== undefined
  const [listed, counts, matching] = await Promise.all([
    devices.search({ ...filter, ...page }),
    devices.counts(of.apiKeyId),
    filtered ? devices.countFound(filter) : undefined,
  ])
  const rows = limit === undefined ? listed : listed.slice(0, limit)
  const last = listed.length > rows.length ? rows.at(-1) : undefined
  const { active = 0, disconnected = 0, logged_out = 0, pending = 0 } = counts
  const total = active + disconnected + logged_out + pending
  return {
    devices: rows.map((device) => toDeviceRow(device, found?.live.get(device.id) ?? sessions.statusOf(device))),
    summary: {
      ...{ total, connected: active, disconnected: disconnected + logged_out, pending },
      matching: matching ?? total,
    },
    ...(last && { next_cursor: deviceTableCursor({ sort, order, key: last.sortKey, id: last.id }) }),
  }
}
