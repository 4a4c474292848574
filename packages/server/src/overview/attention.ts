import { isLinking } from '@switchboard/engine'
import { liveState } from '../sessions/live-state.ts'
import type { SessionStatus } from '../sessions/sessions.ts'
import { type AilingWebhook, deadCountedTo } from '../storage/ailing-webhooks.ts'
import type { ListedDevice } from '../storage/device-list-store.ts'

const ofServer = ['database_failing', 'database_slow', 'disk_low'] as const
const ofDevices = ['logged_out', 'banned', 'blocked', 'outdated', 'replaced', 'offline', 'needs_pairing'] as const
const ofWebhooks = ['webhook_off', 'webhook_failing', 'dead_letters'] as const

export const attentionKinds = [...ofServer, ...ofDevices, 'new_chats_refused', ...ofWebhooks] as const

type DeviceKind = (typeof ofDevices)[number]

/** Something that a person should look at. */
export interface Attention {
  readonly kind: (typeof attentionKinds)[number]
  /** Unix ms; undefined when nobody knows. */
  readonly since?: number
  /** When it ends by itself, Unix ms. */
  readonly until?: number
  /** What is wrong, in a sentence. */
  readonly text: string
  readonly nextAction: { readonly code: string; readonly text: string }
  readonly device?: Pick<ListedDevice, 'id' | 'name'>
  readonly webhook?: { readonly id: number; readonly host: string }
  readonly apiKeyId?: number
  readonly customerName?: string
}

/** A connection that is being made again is not worth a look before this. */
const patienceMs = 120_000

const words: Readonly<Record<DeviceKind, string>> = {
  logged_out: 'The link to the account was removed',
  banned: 'WhatsApp has banned this account',
  blocked: 'WhatsApp refuses this account',
  outdated: 'WhatsApp asks for a newer client version',
  replaced: 'Another program opened the same link',
  offline: 'The device is not connected',
  needs_pairing: 'The device was never linked to an account',
}

const kindOf = (device: ListedDevice, name: string): DeviceKind => {
  if (device.status === 'pending') return 'needs_pairing'
  if (device.status === 'logged_out') return 'logged_out'
  return Object.hasOwn(words, name) ? (name as DeviceKind) : 'offline'
}

/** What is wrong with a device that is not connected; undefined when it is about to be. */
export function attentionOfDevice(device: ListedDevice, status: SessionStatus, now: number): Attention | undefined {
  const { fromRow, name, reason, nextAction } = liveState(status, device)
  if (status.connected || isLinking({ name })) return undefined
  const since = Math.min(device.stateSince, fromRow ? device.stateSince : status.since)
  const kind = kindOf(device, name)
  if (kind === 'offline' && nextAction.code === 'wait' && now - since < patienceMs) return undefined
  const why = reason !== null && reason !== name && kind !== 'needs_pairing' ? ` (${reason})` : ''
  return {
    kind,
    since,
    ...(device.bannedUntil !== null && { until: device.bannedUntil }),
    text: `${words[kind]}${why}.`,
    nextAction,
    device,
    apiKeyId: device.apiKeyId,
    customerName: device.customerName,
  }
}

const counted = (dead: number): string => (dead >= deadCountedTo ? `${deadCountedTo} or more` : String(dead))

/** What is wrong with a webhook: that it is off, or fails, and what it has not got. */
export function attentionOfWebhook(webhook: AilingWebhook): Attention[] {
  const { id, url, dead, deadSince, failingSince, disabledReason, updatedAt, apiKeyId, customerName } = webhook
  const host = URL.parse(url)?.host ?? ''
  const about = { webhook: { id, host }, apiKeyId, customerName }
  const found: Attention[] = []
  if (disabledReason !== null) {
    const why = disabledReason === 'gone' ? 'it answered 410' : 'it failed for five days'
    const nextAction = { code: 'activate', text: 'Mend the endpoint, then switch the webhook on with PATCH /webhooks.' }
    found.push({
      ...about,
      kind: 'webhook_off',
      since: updatedAt,
      text: `${host} was switched off: ${why}.`,
      nextAction,
    })
  } else if (failingSince !== null) {
    const text = `Every delivery to ${host} fails; events wait for it.`
    const nextAction = {
      code: 'mend_endpoint',
      text: 'Look at the attempts and mend the endpoint. What waits is delivered.',
    }
    found.push({ ...about, kind: 'webhook_failing', since: failingSince, text, nextAction })
  }
  if (Number(dead) > 0) {
    const nextAction = { code: 'redeliver', text: 'Mend what refused them, then deliver them again.' }
    const text = `${host} refused ${counted(Number(dead))} events for good.`
    const since = deadSince === null ? {} : { since: Number(deadSince) }
    found.push({ ...about, ...since, kind: 'dead_letters', text, nextAction })
  }
  return found
}

/** WhatsApp lets the account write only to those with whom it has talked. */
export const attentionOfRefusedChats = (device: ListedDevice, at: number): Attention => ({
  kind: 'new_chats_refused',
  since: at,
  text: 'WhatsApp refused a message to somebody new (463). Chats that exist work.',
  nextAction: { code: 'slow_down', text: 'Write to nobody new for a day, and let people write first.' },
  device,
  apiKeyId: device.apiKeyId,
  customerName: device.customerName,
})
