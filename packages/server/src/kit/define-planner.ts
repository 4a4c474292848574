import type { Engine, InboundItem } from '@switchboard/engine'
import type { Config } from '../config/config.ts'
import type { DeviceContext, EventSource } from '../events/event-source.ts'
import type { Effect } from '../inbound/effect.ts'
import type { Database, Statement } from '../storage/database.ts'

export type ItemKind = InboundItem['kind']
export type ItemOf<Kind extends ItemKind> = Extract<InboundItem, { readonly kind: Kind }>

/** Where an item came in. */
export interface Scene {
  readonly deviceId: string
  /** The device, and both addresses of everybody in the item. */
  readonly device: DeviceContext
  /** Unix ms. */
  readonly now: number
  /** It was planned before, and what that plan assumed did not hold. */
  readonly again: boolean
}

/** What an item means. All of it becomes durable together, or nothing does. */
export interface Plan {
  /** One that throws {@link PlanOutdated} when it meets no row makes the item be planned again, with new facts. */
  readonly statements: readonly Statement[]
  /** What happened, in order: public events are raised from it. What changed nothing is not in it. */
  readonly told: readonly EventSource[]
  /** For parts that continue from here, once it is durable. */
  readonly effects?: readonly Effect[]
}

/** What planners look at in addition to the store. */
export interface PlannerParts {
  /** Reads what messages say. */
  readonly engine: Pick<Engine, 'describe' | 'openVote' | 'openSealed' | 'openMediaRetry'>
  readonly autoReply: Config['autoReply']
}

/** What items of some kinds mean for the store. It lives with the domain that owns the kind: `<domain>/plan-<kind>.ts`, as default export. */
export interface Planner<Kind extends ItemKind = ItemKind, Stores = unknown, Facts = unknown> {
  readonly kinds: readonly Kind[]
  /** The stores that it reads and plans statements of, made once for a database. */
  stores(database: Database, parts: PlannerParts): Stores
  /** What is known already, as far as the plan depends on it. The only step that may wait; it changes nothing. */
  read?(stores: Stores, scene: Scene, item: ItemOf<Kind>): Promise<Facts>
  /** Pure. Addresses of the item are already complete: the number first, then the LID. */
  plan(scene: Scene & { readonly stores: Stores; readonly facts: Facts }, item: ItemOf<Kind>): Plan
}

/** Types `plan` by the stores and facts of the same definition. */
export const definePlanner = <const Kind extends ItemKind, Stores, Facts = undefined>(
  planner: Planner<Kind, Stores, Facts>,
): Planner => planner as unknown as Planner
