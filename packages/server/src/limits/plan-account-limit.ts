import type { NewChatLimit, ReachoutTimelock } from '@switchboard/engine'
import { definePlanner } from '../kit/define-planner.ts'
import { type RestrictionKind, RestrictionStore } from '../storage/restriction-store.ts'
import { type Learnt, planRestriction } from './restrictions.ts'

/** The restriction that holds, or which kind holds no longer. */
export type Said = { readonly learnt: Learnt } | { readonly lifted: RestrictionKind }

/** What WhatsApp says of a limit. Pure. */
export const readLimit = (limit: ReachoutTimelock | NewChatLimit): Said => {
  const source = 'notification'
  const until = limit.until ?? null
  if (limit.type === 'reachout_timelock') {
    const kind = 'reachout_timelock'
    return limit.isActive ? { learnt: { kind, until, source, detail: limit.enforcement || null } } : { lifted: kind }
  }
  const kind = 'new_chat_limit'
  const isUsedUp = limit.quota !== undefined && limit.used >= limit.quota
  return isUsedUp ? { learnt: { kind, until, source, detail: limit.status || null } } : { lifted: kind }
}

export default definePlanner({
  kinds: ['account_limit'],
  stores: (database) => new RestrictionStore(database),
  read: (store, { deviceId }) => store.standing([deviceId]),
  plan: ({ deviceId, now, stores: store, facts: standing }, item) => {
    const said = readLimit(item.limit)
    if ('lifted' in said) {
      const effect = { kind: 'account_limited', lifted: said.lifted } as const
      return { statements: [store.lift(deviceId, said.lifted, now)], told: [item], effects: [effect] }
    }
    const known = standing.find(({ kind }) => kind === said.learnt.kind)
    const { restriction, statements } = planRestriction(store, deviceId, said.learnt, known, now)
    return { statements, told: [item], effects: [{ kind: 'account_limited', restriction }] }
  },
})
