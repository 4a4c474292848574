import type { SessionState } from '@switchboard/engine'
import type { BinaryNode } from 'baileys'

/** How far a connection had come when it ended. */
export type Phase = 'connecting' | 'handshake' | 'pairing' | 'up'

/** What baileys reports when a socket ends. */
export interface EndReport {
  readonly statusCode: number | undefined
  readonly data: unknown
  readonly message: string
}

/** The final state for the end of a connection. Codes seen in: baileys `DisconnectReason`, whatsmeow connectionevents.go. */
export function finalState(report: EndReport, phase: Phase): SessionState {
  const { statusCode: code, message } = report
  const conflict = conflictType(report.data)
  if (conflict === 'replaced' || code === 440) return { name: 'replaced', code: 440 }
  if (conflict === 'device_removed' || code === 401) return { name: 'logged_out', code: 401 }
  if (code === 402) return { name: 'banned', code, ...expiry(report.data) }
  if (code === 403 || code === 406) return { name: 'blocked', code }
  if (code === 405) return { name: 'outdated', code }
  if (code === 411) return { name: 'blocked', code, reason: 'multi_device_missing' }
  if (code === 515) return { name: 'closed', code, reason: 'restart_required' }
  if (code === 503) return { name: 'closed', code, reason: 'service_unavailable' }
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

// Seconds from now, as whatsmeow reads it (events.go `TemporaryBan`).
function expiry(data: unknown): { expiresAt?: number } {
  const seconds = Number((data as { expire?: string } | undefined)?.expire)
  return seconds > 0 ? { expiresAt: Date.now() + seconds * 1000 } : {}
}

// A proxy URL in an error would carry its password.
const withoutSecrets = (text: string): string => text.replace(/\/\/[^/@\s]*@/g, '//').slice(0, 200)
