import type { ChatEntry } from '../phone/chat-log.ts'
import type { Phone } from '../phone/phone.ts'
import { formatJid } from '../wire/jid.ts'
import type { Device } from '../world/account.ts'
import { deviceJid } from '../world/address.ts'

const instant = (ms: number): string => new Date(ms).toISOString()

export function phoneView(phone: Phone): Record<string, unknown> {
  return {
    id: phone.id,
    phone: phone.id,
    jid: phone.jid,
    lid: phone.lid,
    aliases: phone.account.aliases,
    name: phone.account.pushName,
    persona: phone.persona.name,
    connected: phone.connected,
    duplicates: phone.duplicates,
    violations: phone.violations.map((violation) => ({ ...violation, at: instant(violation.at) })),
  }
}

export function deviceView(device: Device): Record<string, unknown> {
  return {
    id: device.id,
    jid: formatJid(deviceJid(device, 'pn')),
    lid: formatJid(deviceJid(device, 'lid')),
    platform: device.platform,
    connected: device.mailbox.attached,
    presence: device.presence,
    waiting: device.mailbox.size,
    pre_keys: device.preKeys.size,
  }
}

export function messageView(entry: ChatEntry): Record<string, unknown> {
  return {
    id: entry.id,
    chat: entry.chat,
    chat_lid: entry.chatLid,
    server_id: entry.serverId,
    from_me: entry.fromMe,
    sender: entry.sender,
    sender_name: entry.senderName,
    kind: entry.kind,
    text: entry.text,
    quoted_id: entry.quotedId,
    target_id: entry.targetId,
    details: entry.details,
    media: entry.media,
    mentions: entry.mentions,
    forwarded: entry.forwarded ?? false,
    view_once: entry.viewOnce ?? false,
    expires_after_seconds: entry.expiresAfter,
    edited_text: entry.editedText,
    reactions: entry.reactions,
    votes: entry.votes,
    event_responses: entry.eventResponses,
    group_status: entry.groupStatus,
    kept: entry.kept,
    pinned: entry.pinned,
    revoked: entry.revoked ?? false,
    status: entry.status,
    error: entry.error,
    at: instant(entry.at),
    receipts: entry.receipts.map((receipt) => ({ type: receipt.type, from: receipt.from, at: instant(receipt.at) })),
  }
}
