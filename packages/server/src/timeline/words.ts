import type { AuditRow } from '../storage/audit-store.ts'

type Payload = Readonly<Record<string, unknown>>

const because = (reason: unknown): string => (typeof reason === 'string' && reason !== '' ? `: ${reason}` : '')

/** Events about a connection, in words. */
const events: Readonly<Record<string, (payload: Payload) => string>> = {
  'connection.connected': ({ push_name }) => `Connected to WhatsApp${push_name ? ` as ${push_name}` : ''}`,
  'connection.disconnected': ({ reason }) => `The connection ended${because(reason)}`,
  'connection.connect_failure': ({ reason }) => `WhatsApp could not be reached, or refused${because(reason)}`,
  'connection.reconnecting': ({ retry_at }) => `The server connects again at ${retry_at}`,
  'connection.logged_out': ({ reason }) => `The link was removed${because(reason)}`,
  'connection.pair_success': ({ pair_jid, platform }) =>
    `Linked to ${String(pair_jid).replace(/[:@].*/, '')}${platform ? ` (${platform})` : ''}`,
  'connection.pair_error': ({ error }) => `The phone approved the link, and it could not be completed${because(error)}`,
  'connection.passkey_required': () => 'A phone took the code; WhatsApp asks for the passkey of the account',
  'connection.passkey_confirm': ({ code }) =>
    `The passkey is signed; the code ${code} is to be compared with the phone`,
  'connection.passkey_failed': ({ error }) => `The passkey did not lead to a link${because(error)}`,
  'connection.qr_scanned_without_multidevice': () => 'The code was scanned by a phone that cannot link devices',
  'connection.temporary_ban': ({ reason, expires }) =>
    `WhatsApp has banned the account${because(reason)}${expires ? `, until ${expires}` : ''}`,
  'connection.client_outdated': () => 'WhatsApp asks for a newer client version',
  'connection.stream_replaced': () => 'Another program opened the same link',
  'connection.stream_error': ({ code }) => `WhatsApp ended the connection with an error${because(code)}`,
  'connection.keepalive_timeout': ({ error_count }) => `WhatsApp does not answer (${error_count} in a row)`,
  'connection.keepalive_restored': () => 'WhatsApp answers again',
}

/** One comes every 20 seconds while a device waits for a phone. */
export const leftOut = ['connection.qr'] as const

export const wordsOfEvent = (type: string, payload: Payload): string => events[type]?.(payload) ?? type

/** Why no phone linked the device, in words. */
const pairingEnds: Readonly<Record<string, string>> = {
  pairing_expired: 'nobody scanned the code in time',
  pairing_failed: 'the phone and the server did not agree on the link',
  passkey_expired: 'nobody signed with the passkey in time',
  passkey_refused: 'WhatsApp or the phone did not take the passkey',
  passkey_mismatch: 'the phone showed another code',
  passkey_unreadable: 'WhatsApp asked for a passkey in an unknown way',
  multi_device_missing: 'the phone cannot link devices; update WhatsApp there',
  connect_failed: 'WhatsApp could not be reached',
  proxy_failed: 'the proxy does not work',
  handshake_failed: 'what answered could not prove that it is WhatsApp',
  connection_lost: 'the connection broke',
  service_unavailable: 'WhatsApp is overloaded or under repair',
  local: 'the server ended it',
}

export const whyPairingEnded = (reason: string | null): string => pairingEnds[reason ?? ''] ?? reason ?? 'unknown'

const actions: Readonly<Record<string, (entry: Pick<AuditRow, 'detail'>) => string>> = {
  'device.created': () => 'The device was created',
  'device.deleted': () => 'The device was deleted',
  'device.token_regenerated': () => 'The device got a new token; older ones stopped',
  'device.acted_for': () => 'The operator acted for the device',
  'device.proxy_set': ({ detail }) => `The proxy was set to ${detail}`,
  'device.proxy_cleared': () => 'The proxy was taken away',
  'device.passive_set': ({ detail }) => `Passive was set to ${detail}`,
  'device.active_receipts_set': ({ detail }) => `Receipts as of an active device were set to ${detail}`,
  'device.send_limits_set': () => 'The send limits were changed',
  'device.paused': () => 'The device was paused: what it is to send waits',
  'device.resumed': () => 'The device was resumed',
  'device.media_policy_set': ({ detail }) => `The automatic download of files was set: ${detail}`,
  'device.call_settings_set': () => 'The settings of calls were changed',
  'device.chatwoot_set_up': ({ detail }) => `The bridge to Chatwoot at ${detail} was set up`,
  'device.chatwoot_changed': () => 'The bridge to Chatwoot was changed',
  'device.chatwoot_removed': () => 'The bridge to Chatwoot was removed',
  'webhook.created': ({ detail }) => `A webhook to ${detail} was made`,
  'webhook.updated': ({ detail }) => `Webhook ${detail} was changed`,
  'webhook.deleted': ({ detail }) => `Webhook ${detail} was deleted`,
  'webhook.secret_rotated': ({ detail }) => `Webhook ${detail} got another secret`,
  'device.pairing_began': ({ detail }) => `Linking began${detail ? ` ${detail}` : ''}`,
  'device.pairing_ended': ({ detail }) => `Linking ended: ${whyPairingEnded(detail)}`,
  'device.pairing_link_made': () => 'A pairing link was made',
  'device.pairing_links_revoked': () => 'The pairing links were ended',
  'device.logout_requested': () => 'The link was removed on request',
  'node.drain_requested': () => 'A node was asked to give its devices to others',
  'api_key.created': () => 'The API key was issued',
  'api_key.updated': () => 'The API key was changed',
  'api_key.rotated': () => 'The API key got another text; the old one stopped',
  'api_key.deleted': () => 'The API key was deleted',
  'access_key.created': () => 'An access key was made',
  'access_key.updated': () => 'An access key was changed',
  'access_key.rotated': () => 'An access key got another secret; the old one stopped',
  'access_key.deleted': () => 'An access key was deleted',
  'console.signed_in': () => 'Somebody signed in to the console',
  'console.signed_out': () => 'Somebody signed out of the console',
  'api_key.acted_for': () => 'The operator acted for the API key',
}

/** An entry of the audit in words. One without words of its own is called by its name. */
export const wordsOfAudit = (entry: Pick<AuditRow, 'action' | 'detail'>): string =>
  actions[entry.action]?.(entry) ?? [entry.action, entry.detail].filter(Boolean).join(': ')
