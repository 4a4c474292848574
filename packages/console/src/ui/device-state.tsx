import { stateWords } from '../words/states.ts'
import { Badge, type Tone } from './badge.tsx'

const tones: Readonly<Record<string, Tone>> = {
  open: 'good',
  active: 'good',
  connecting: 'busy',
  pairing: 'busy',
  passkey_required: 'busy',
  passkey_confirm: 'busy',
  passkey_failed: 'bad',
  closed: 'warn',
  disconnected: 'warn',
  replaced: 'warn',
  outdated: 'warn',
  logged_out: 'bad',
  banned: 'bad',
  blocked: 'bad',
}

/** The state of a device, as the API names it. */
export const DeviceState = ({ state }: { readonly state: string }) => {
  const known: Readonly<Record<string, string>> = stateWords()
  return <Badge tone={tones[state] ?? 'plain'}>{known[state] ?? state}</Badge>
}
