import type { SendLimitRow } from '../storage/send-limit-store.ts'
import type { QuietHours } from './wall-clock.ts'
import type { WarmUp } from './warm-up.ts'

export interface DailyLimit {
  /** So many may leave in a day. */
  readonly messages: number
  /** IANA name: its midnight begins the day. */
  readonly zone: string
}

/** Bounds of a pause, ms. */
export interface Gap {
  readonly minMs: number
  readonly maxMs: number
}

/** When a device is paused by itself. */
export interface AutoPause {
  /** When it is judged to be at this level, or a worse one. */
  readonly onLevel: 'watch' | 'danger' | null
  readonly onTemporaryBan: boolean
  /** When WhatsApp has refused so many messages one after another. */
  readonly refusalsInARow: number | null
  /** It ends after so long; null: when somebody says so. */
  readonly resumeAfterMs: number | null
}

/** What somebody set for the sends of a device. */
export interface Rules {
  readonly quiet: QuietHours | null
  readonly daily: DailyLimit | null
  /** IANA name: its midnight begins the day where no daily limit says so. */
  readonly zone: string | null
  /** The ceiling of the first days of a link. */
  readonly warmUp: WarmUp | null
  /** So many people may be written to first in a day. */
  readonly newContacts: number | null
  /** Between messages to different chats. */
  readonly gap: Gap | null
  /** What goes to new people waits while WhatsApp restricts that, instead of failing. */
  readonly waitsRestricted: boolean
  readonly autoPause: AutoPause | null
}

/** Null: none. Absent: as it is. */
export type RulesChange = { readonly [Name in keyof Rules]?: Rules[Name] | undefined }

export const noRules: Rules = {
  ...{ quiet: null, daily: null, zone: null, warmUp: null, newContacts: null, gap: null },
  ...{ waitsRestricted: false, autoPause: null },
}

/** The zone in which the days of a device are counted; undefined while nothing is counted. */
export const zoneOf = ({ daily, zone, warmUp, newContacts }: Rules): string | undefined =>
  daily?.zone ?? (warmUp === null && newContacts === null ? undefined : (zone ?? 'UTC'))

export const rulesOf = (row: SendLimitRow): Rules => ({
  quiet:
    row.quiet_from === null || row.quiet_to === null || row.quiet_zone === null
      ? null
      : { from: row.quiet_from, to: row.quiet_to, zone: row.quiet_zone },
  daily:
    row.daily_messages === null || row.daily_zone === null
      ? null
      : { messages: Number(row.daily_messages), zone: row.daily_zone },
  zone: row.day_zone,
  warmUp: row.warm_up === null ? null : (JSON.parse(row.warm_up) as WarmUp),
  newContacts: row.new_contacts === null ? null : Number(row.new_contacts),
  gap:
    row.gap_min_ms === null || row.gap_max_ms === null
      ? null
      : { minMs: Number(row.gap_min_ms), maxMs: Number(row.gap_max_ms) },
  waitsRestricted: Number(row.waits_restricted) === 1,
  autoPause: row.auto_pause === null ? null : (JSON.parse(row.auto_pause) as AutoPause),
})

export const rowOf = (
  deviceId: string,
  { quiet, daily, zone, warmUp, newContacts, gap, waitsRestricted, autoPause }: Rules,
): SendLimitRow => ({
  device_id: deviceId,
  quiet_from: quiet?.from ?? null,
  quiet_to: quiet?.to ?? null,
  quiet_zone: quiet?.zone ?? null,
  daily_messages: daily?.messages ?? null,
  daily_zone: daily?.zone ?? null,
  day_zone: zone,
  warm_up: warmUp === null ? null : JSON.stringify(warmUp),
  new_contacts: newContacts,
  gap_min_ms: gap?.minMs ?? null,
  gap_max_ms: gap?.maxMs ?? null,
  waits_restricted: waitsRestricted ? 1 : 0,
  auto_pause: autoPause && JSON.stringify(autoPause),
})
