import type { Account } from '../../world/account.ts'
import { activeNewChats } from '../../world/people/standing.ts'
import type { World } from '../../world/world.ts'

const seconds = (ms: number): string => String(Math.floor(ms / 1000))

/** How a client reads a reach-out lock. Seen in one client (baileys socket.js fetchAccountReachoutTimelock). */
export function reachOutData(world: World, account: Account): Record<string, unknown> {
  const until = world.faults.timelockedUntil(account)
  return {
    is_active: until !== undefined,
    time_enforcement_ends: until === undefined || until === Number.POSITIVE_INFINITY ? '0' : seconds(until),
    enforcement_type: until === undefined ? 'DEFAULT' : 'WEB_COMPANION_ONLY',
  }
}

/** How many new chats an account may still open. Seen in one client (baileys Types/State.d.ts NewChatMessageCapInfo). */
export function newChatsData(world: World, account: Account): Record<string, unknown> {
  const cap = activeNewChats(account.standing, world.clock.now())
  return {
    total_quota: cap?.quota ?? -1,
    used_quota: cap?.used ?? 0,
    cycle_start_timestamp: seconds(cap?.since ?? 0),
    cycle_end_timestamp: seconds(cap?.until ?? 0),
    server_sent_timestamp: String(world.seconds()),
    ote_status: 'NOT_ELIGIBLE',
    mv_status: 'NOT_ELIGIBLE',
    capping_status: cap ? cappingStatus(cap) : 'NONE',
  }
}

/** The warnings' places are inferred. */
function cappingStatus({ used, quota }: { used: number; quota: number }): string {
  if (used >= quota) return 'CAPPED'
  if (used >= quota * 0.9) return 'SECOND_WARNING'
  return used >= quota * 0.75 ? 'FIRST_WARNING' : 'NONE'
}
