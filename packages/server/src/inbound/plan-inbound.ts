import type { Account, InboundItem } from '@switchboard/engine'
import { bothAddresses, type EventSource } from '../events/event-source.ts'
import { planEvents } from '../events/plan-events.ts'
import { planners } from '../generated/planners.ts'
import type { ItemKind, Plan, Planner, PlannerParts, Scene } from '../kit/define-planner.ts'
import type { MediaContext } from '../media/media-context.ts'
import type { Addresses } from '../people/addresses.ts'
import { AlreadyStored } from '../sessions/already-stored.ts'
import type { InboundPlan } from '../sessions/sessions.ts'
import type { Database } from '../storage/database.ts'
import { TakenStanzaStore } from '../storage/taken-stanza-store.ts'
import type { Effect } from './effect.ts'

interface InboundParts extends PlannerParts {
  readonly database: Database
  readonly addresses: Addresses
  readonly account: (deviceId: string) => Account | undefined
  readonly clock: { now(): number }
  readonly media: (deviceId: string) => MediaContext
  /** The `appstate.*` events are raised. */
  readonly appStateEvents: boolean
  /** Called with what became possible, once it is durable. Must not throw. */
  readonly done: (deviceId: string, effect: Effect) => void
}

type Open = (scene: Scene, item: InboundItem) => Promise<Plan>

const open = (planner: Planner, parts: InboundParts): Open => {
  const stores = planner.stores(parts.database, parts)
  return async (scene, item) => {
    const facts = await planner.read?.(stores, scene, item)
    return planner.plan({ ...scene, stores, facts }, item)
  }
}

/** The people that a sent message names. */
const namesSaid = (source: EventSource): string[] => {
  const { quoted, mentions = [] } = (source.kind === 'send_changed' && source.said?.view) || {}
  return [...(quoted?.sender === undefined ? [] : [quoted.sender]), ...mentions]
}

/** Plans what inbound items change, by the planners of the domains that own their kinds. An item of a kind without a planner only raises its events. */
export function createInbound(
  parts: InboundParts,
): (deviceId: string, item: InboundItem, again?: boolean) => Promise<InboundPlan> {
  const byKind = new Map<ItemKind, Open[]>()
  for (const planner of planners) {
    const plan = open(planner, parts)
    for (const kind of planner.kinds) byKind.set(kind, [...(byKind.get(kind) ?? []), plan])
  }

  const taken = new TakenStanzaStore(parts.database)

  return async (deviceId, came, again = false) => {
    const { addresses, account, clock, done } = parts
    const filing = await addresses.file(deviceId, came, account(deviceId))
    const { item } = filing
    const device = { ...filing.device, media: parts.media(deviceId) }
    const scene = { deviceId, device, now: clock.now(), again }
    const told: EventSource[] = []
    const { stanzaId } = item
    const repeated = () => new AlreadyStored()
    const first = stanzaId === undefined ? [] : [taken.take(deviceId, stanzaId, scene.now, repeated)]
    const statements = [...first, ...filing.statements]
    const effects: Effect[] = []
    const owners = byKind.get(item.kind)
    if (!owners) told.push(item)
    for (const planned of await Promise.all((owners ?? []).map((plan) => plan(scene, item)))) {
      statements.push(...planned.statements)
      told.push(...planned.told)
      effects.push(...(planned.effects ?? []))
    }
    // A receipt names nobody of what it proves to be sent.
    const named = told.flatMap(namesSaid)
    const both = named.length > 0 ? await addresses.lookUp(deviceId, named, account(deviceId)) : undefined
    const teller = both
      ? { ...device, address: (jid: string) => (named.includes(jid) ? both(jid) : bothAddresses(device, jid)) }
      : device
    return {
      statements,
      whenAlreadyStored: filing.statements,
      events: told
        .flatMap((source) => planEvents(teller, source))
        .filter(({ type }) => parts.appStateEvents || !type.startsWith('appstate.')),
      afterCommit: () => {
        filing.committed()
        for (const effect of effects) done(deviceId, effect)
      },
    }
  }
}
