import type { SessionState } from '@switchboard/engine'
import type { SessionStatus } from './sessions.ts'

type NextAction = SessionStatus['nextAction']

const action = (code: string, text: string): NextAction => ({ code, text })

const login = action('login', 'Link the device with POST /devices/me/login or POST /devices/me/login-code.')
const wait = action('wait', 'Nothing to do: the server connects again by itself.')

const byName: Record<SessionStatus['state']['name'], NextAction> = {
  idle: login,
  connecting: wait,
  pairing: action('scan', 'Scan the QR code, or enter the pairing code, in WhatsApp under Linked devices.'),
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

const byReason: Partial<Record<NonNullable<SessionState['reason']>, NextAction>> = {
  multi_device_missing: action(
    'update_phone',
    'The phone cannot link devices. Update WhatsApp on the phone, then link the device again.',
  ),
  ownership_lost: action('none', 'Another server process took this device over.'),
}

/** What a person can do in this state. Pure.
 *  @param automatic whether the server will connect again by itself */
export function nextActionFor(state: SessionStatus['state'], automatic: boolean): NextAction {
  const special = state.reason === undefined ? undefined : byReason[state.reason as keyof typeof byReason]
  if (special) return special
  return (automatic ? undefined : whenWaitingForPerson[state.name]) ?? byName[state.name]
}
