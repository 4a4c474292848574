import type { InboundChannelChange } from '@switchboard/engine'
import type { BinaryNode } from 'baileys'
import { bytesOf, childrenNamed } from '../../wire/nodes.ts'
import { itemBase, type Notification } from './notification.ts'

interface Update {
  readonly data?: {
    readonly xwa2_notify_newsletter_on_mute_change?: { readonly id?: string; readonly mute?: string }
  } | null
}

/** Changes that GraphQL tells, most of them about channels. Seen in: whatsmeow notification.go `handleMexNotification`. */
export const mex: Notification = {
  type: 'mex',
  inOrder: () => true,
  items: (node) => childrenNamed(node, 'update').flatMap((update, index) => readUpdate(update, itemBase(node, index))),
}

function readUpdate(update: BinaryNode, base: ReturnType<typeof itemBase>): InboundChannelChange[] {
  const muted = parse(bytesOf(update)).data?.xwa2_notify_newsletter_on_mute_change
  if (typeof muted?.id !== 'string') return []
  return [{ kind: 'channel_change', ...base, channel: muted.id, change: { type: 'muted', value: muted.mute === 'ON' } }]
}

function parse(bytes: Uint8Array | undefined): Update {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes ?? []).toString())
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
