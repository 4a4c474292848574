import type { Clock, SessionState } from '@switchboard/engine'
import type { BinaryNode, StreamEnd } from '@switchboard/link'
import { ProxyError } from '../wire/proxy-error.ts'

/** How far a connection had come when it ended. */
export type LinkPhase = 'connecting' | 'handshake' | 'pairing' | 'passkey' | 'up'

/** The final state for the end of a connection. */
export function finalState(report: StreamEnd, phase: LinkPhase, clock: Clock): SessionState {
  const conflict = conflictType(report.data)
  if (conflict === 'replaced') return said(440, report.data, clock)!
  if (conflict === 'device_removed')
    return { ...said(401, report.data, clock)!, detail: 'the device was removed on the phone' }
  if (report.data instanceof ProxyError) {
    return { name: 'closed', reason: 'proxy_failed', detail: withoutSecrets(report.data.message) }
  }
  const state = said(report.code, report.data, clock) ?? unsaid(report, phase)
  return phase === 'passkey' ? withoutPasskey(state) : state
}

/** Before there is a link, nothing can be logged out: whoever ends the connection then does not take the passkey, or what was said with it. */
function withoutPasskey(state: SessionState): SessionState {
  if (state.name === 'logged_out') {
    return { ...state, name: 'passkey_failed', reason: 'passkey_refused', detail: 'WhatsApp or the phone refused' }
  }
  const lost = state.name === 'closed' && state.reason !== 'restart_required'
  return lost ? { ...state, name: 'passkey_failed' } : state
}

/** What a code of WhatsApp means. Seen in: whatsmeow connectionevents.go and events.go `ConnectFailureReason`, baileys `DisconnectReason`. */
function said(code: number | undefined, data: unknown, clock: Clock): SessionState | undefined {
  switch (code) {
    case 401:
      return { name: 'logged_out', code, detail: 'WhatsApp ended the link' }
    case 402:
      return { name: 'banned', code, ...ban(data, clock) }
    case 403:
      return { name: 'blocked', code, detail: lockText(data) ?? 'WhatsApp has locked this account' }
    case 405:
      return { name: 'outdated', code, detail: 'WhatsApp wants a newer client version' }
    case 406:
      return { name: 'blocked', code, detail: 'WhatsApp has banned this account' }
    case 409:
      return { name: 'outdated', code, detail: 'WhatsApp takes no clients of this kind' }
    case 411:
      return { name: 'blocked', code, reason: 'multi_device_missing' }
    case 440:
      return { name: 'replaced', code, detail: 'another client opened the same link' }
    case 503:
      return { name: 'closed', code, reason: 'service_unavailable' }
    case 515:
      return { name: 'closed', code, reason: 'restart_required' }
    default:
      return undefined
  }
}

/** The end of a connection for which WhatsApp gave no reason of its own. */
function unsaid({ code, message }: StreamEnd, phase: LinkPhase): SessionState {
  if (phase === 'pairing' && /QR refs/.test(message)) return { name: 'closed', reason: 'pairing_expired' }
  if (phase === 'connecting') return { name: 'closed', reason: 'connect_failed', detail: withoutSecrets(message) }
  if (phase === 'handshake') {
    const lost = code === 428
    return { name: 'closed', reason: lost ? 'connect_failed' : 'handshake_failed', detail: withoutSecrets(message) }
  }
  if (code === undefined || code === 408 || code === 428) return { name: 'closed', reason: 'connection_lost' }
  return { name: 'closed', code, reason: 'stream_error', detail: withoutSecrets(message) }
}

function conflictType(data: unknown): string | undefined {
  const node = data as Partial<BinaryNode> | undefined
  return node?.tag === 'conflict' ? node.attrs?.['type'] : undefined
}

// What each kind of temporary ban is for (seen in: whatsmeow events.go `TempBanReason`).
const offences: Readonly<Record<string, string>> = {
  101: 'too many messages to people who do not know this number',
  102: 'too many people blocked this number',
  103: 'too many groups with people who do not know this number',
  104: 'the same message to too many people',
  106: 'too many messages to broadcast lists',
}

/** No ban is believed to last longer; instants far out are none that anybody could write down. */
const longestBanSeconds = 366 * 24 * 3600

// `expire` is in seconds from now, as whatsmeow reads it (events.go `TemporaryBan`).
function ban(data: unknown, clock: Clock): Pick<SessionState, 'detail' | 'expiresAt'> {
  const { code, expire } = (data ?? {}) as { code?: string; expire?: string }
  const seconds = Number(expire)
  const offence = offences[code ?? '']
  return {
    detail: offence ? `temporarily banned (${code}): ${offence}` : 'temporarily banned',
    ...(seconds > 0 ? { expiresAt: clock.now() + Math.min(seconds, longestBanSeconds) * 1000 } : {}),
  }
}

/** WhatsApp's own words on the phone's screen, when it sends them (seen in: whatsmeow connectionevents.go). */
function lockText(data: unknown): string | undefined {
  const { logout_message_header: header, logout_message_subtext: more } = (data ?? {}) as Record<string, unknown>
  const text = [header, more].filter((part) => typeof part === 'string' && part !== '').join(': ')
  return text === '' ? undefined : text.slice(0, 200)
}

// A proxy URL in an error would carry its password.
const withoutSecrets = (text: string): string => text.replace(/\/\/[^/@\s]*@/g, '//').slice(0, 200)
