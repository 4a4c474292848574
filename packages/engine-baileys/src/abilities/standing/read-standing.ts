import type { NewChatLimit, ReachoutTimelock } from '@switchboard/engine'
import { type Json, text } from '../channels/channel-json.ts'

/** WhatsApp's instants are Unix seconds, as texts; 0 stands for none. */
function instant(seconds: unknown): number | undefined {
  const value = Number(seconds ?? 0)
  return Number.isFinite(value) && value > 0 ? value * 1000 : undefined
}

const count = (value: unknown): number => (Number.isInteger(Number(value)) ? Number(value) : 0)

/** Seen in: whatsmeow types/events `NotifyAccountReachoutTimelock`, zapo WaMessageCoordinator.ts. */
export function readTimelock(said: Json): ReachoutTimelock {
  const isActive = said['is_active'] === true
  const until = instant(said['time_enforcement_ends'])
  return {
    type: 'reachout_timelock',
    isActive,
    ...(isActive && until !== undefined && { until }),
    enforcement: text(said['enforcement_type']),
  }
}

/** A negative quota is none. Seen in: baileys Types/State.d.ts `NewChatMessageCapInfo`, zapo WaMessageCoordinator.ts. */
export function readNewChats(said: Json): NewChatLimit {
  const quota = said['total_quota'] === undefined ? -1 : count(said['total_quota'])
  const [since, until] = [instant(said['cycle_start_timestamp']), instant(said['cycle_end_timestamp'])]
  return {
    type: 'new_chats',
    ...(quota >= 0 && { quota }),
    used: count(said['used_quota']),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    status: text(said['capping_status']),
  }
}
