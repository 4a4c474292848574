import type { CloseReason } from '@switchboard/engine'
import type { SessionStatus } from './sessions.ts'

type NextAction = SessionStatus['nextAction']

const action = (code: string, text: string): NextAction => ({ code, text })

const again = 'The server connects again by itself.'
const login = action('login', 'Link the device with POST /devices/me/login or POST /devices/me/login-code.')
const wait = action('wait', `Nothing to do. ${again}`)

const byName: Record<SessionStatus['state']['name'], NextAction> = {
  idle: login,
  connecting: wait,
  pairing: action('scan', 'Scan the QR code, or enter the pairing code, in WhatsApp under Linked devices.'),
  passkey_required: action(
    'sign_passkey',
    'WhatsApp asks for the passkey of the account: GET /devices/me/login/passkey says what is to be signed. The page of a pairing link leads through it.',
  ),
  passkey_confirm: action(
    'confirm_passkey',
    'Compare the code of GET /devices/me/login/passkey with that on the phone, then POST /devices/me/login/passkey/confirm. Without a code there is nothing to do: the phone confirms by itself.',
  ),
  passkey_failed: login,
  open: action('none', 'Nothing to do: the device is connected.'),
  closed: wait,
  replaced: wait,
  logged_out: login,
  banned: action('wait', 'WhatsApp has banned this account for a while; the server connects again when the ban ends.'),
  outdated: action(
    'wait',
    'WhatsApp asks for a newer client version; the server tries again slowly. Update it if this lasts.',
  ),
  blocked: action(
    'contact_support',
    'WhatsApp refuses this account. Open WhatsApp on the phone, follow what it says, then POST /devices/me/reconnect.',
  ),
}

const whenWaitingForPerson: Partial<Record<SessionStatus['state']['name'], NextAction>> = {
  replaced: action(
    'reconnect',
    'Another program keeps opening the same link. Stop it, then POST /devices/me/reconnect.',
  ),
  banned: action(
    'contact_support',
    'WhatsApp has banned this account without an end. Ask WhatsApp in the app on the phone, then POST /devices/me/reconnect.',
  ),
  closed: action('reconnect', 'Look at the reason, then POST /devices/me/reconnect.'),
}

/** What a reason says by itself, whatever the server does next. */
const settled: Partial<Record<CloseReason, NextAction>> = {
  multi_device_missing: action(
    'update_phone',
    'The phone cannot link devices. Update WhatsApp on the phone, then link the device again.',
  ),
  moved: action(
    'reconnect',
    'The device was moved here with its link. End the program that had it for good, because two would spoil the link; then POST /devices/me/reconnect.',
  ),
  restored: action(
    'reconnect',
    'The device comes from a backup. Be sure that no gateway works with the original any more, because two would spoil the link; then POST /devices/me/reconnect.',
  ),
  ownership_lost: action('none', 'Another server process took this device over.'),
}

/** What to look at when a reason lasts. `code`: instead of the one that follows from the state. */
const causes: Partial<Record<CloseReason, { readonly code?: string; readonly text: string }>> = {
  proxy_failed: {
    code: 'check_proxy',
    text: 'The proxy refuses, wants other credentials or does not answer. Correct it with POST /devices/me/proxy; a device without one of its own uses the proxy of the server.',
  },
  connect_failed: { text: 'The server cannot reach WhatsApp. If this lasts, look at its network, firewall and DNS.' },
  handshake_failed: {
    text: 'What answers at the address of WhatsApp cannot prove that it is WhatsApp. If this lasts, look for a firewall or a proxy that opens TLS.',
  },
  service_unavailable: { text: 'WhatsApp is overloaded or under repair.' },
  pairing_expired: { text: 'Nobody scanned the code in time.' },
  pairing_failed: { text: 'The phone and the server did not agree on the link.' },
  passkey_expired: { text: 'Nobody signed with the passkey, or confirmed, in time.' },
  passkey_refused: { text: 'WhatsApp or the phone did not take the passkey.' },
  passkey_mismatch: { text: 'The phone showed another code: somebody may have stood between it and the server.' },
  passkey_unreadable: { text: 'WhatsApp asked for a passkey in a way that this version cannot read.' },
}

/** What a person can do in this state, and because of what brought it about. Pure.
 *  @param automatic whether the server will connect again by itself */
export function nextActionFor(state: SessionStatus['state'], automatic: boolean): NextAction {
  const reason = state.reason as CloseReason | undefined
  const known = reason && settled[reason]
  if (known) return known
  const usual = (automatic ? undefined : whenWaitingForPerson[state.name]) ?? byName[state.name]
  const cause = reason && causes[reason]
  if (!cause) return usual
  return action(cause.code ?? usual.code, `${cause.text} ${usual === wait ? again : usual.text}`)
}
