import type { Clock } from '../clock.ts'
import type { Database, Statement } from '../storage/database.ts'
import { type RestrictionKind, type RestrictionRow, RestrictionStore } from '../storage/restriction-store.ts'

/** What WhatsApp does not let an account do, and until when. */
export type Restriction = Omit<RestrictionRow, 'device_id'>

/** What was learnt of a restriction. */
export type Learnt = Pick<Restriction, 'kind' | 'until' | 'source' | 'detail'>

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** Kinds that keep the account from writing to new people, and from nothing else. */
const ofNewPeople: ReadonlySet<RestrictionKind> = new Set(['reachout_timelock', 'new_chat_limit'])

/** How long what has no end is waited for before WhatsApp is asked about it. */
const askMs = hourMs

/** Restrictions of devices, in memory: they are asked for with every send. */
export class Restrictions {
  readonly #store: RestrictionStore
  readonly #clock: Clock
  readonly #own = new Map<string, Map<RestrictionKind, Restriction>>()
  /** When WhatsApp was asked last of those that have no end, by device. */
  readonly #asked = new Map<string, number>()

  constructor({ database, clock }: { readonly database: Database; readonly clock: Clock }) {
    this.#store = new RestrictionStore(database)
    this.#clock = clock
  }

  /** Reads those that stand: of all devices, or of some that are new here. */
  async load(among?: readonly string[]): Promise<void> {
    const rows = await this.#store.standing(among)
    for (const deviceId of among ?? []) this.drop(deviceId)
    for (const { device_id, ...row } of rows) this.set(device_id, row)
  }

  /** Another process has the device. */
  drop(deviceId: string): void {
    this.#own.delete(deviceId)
    this.#asked.delete(deviceId)
  }

  /** Those that hold now. */
  of(deviceId: string): Restriction[] {
    return [...(this.#own.get(deviceId)?.values() ?? [])].filter((each) => holdsAt(each, this.#clock.now()))
  }

  /** Those of the last thirty days, and those that hold, newest first. */
  async recent(deviceId: string): Promise<Restriction[]> {
    return (await this.#store.ofDevice(deviceId, this.#clock.now() - 30 * dayMs)).map(({ device_id: _, ...row }) => row)
  }

  /** Until when nobody new can be written to; undefined when they can. Where WhatsApp names no end: when it is asked again. */
  newPeopleUntil(deviceId: string): number | undefined {
    const now = this.#clock.now()
    const ends = this.#ofNewPeople(deviceId).map((each) => {
      const end = each.until ?? this.#askAt(deviceId, each)
      // It is asked as soon as it can be.
      return end > now ? end : now + askMs
    })
    return ends.length > 0 ? Math.max(...ends) : undefined
  }

  /** Devices of which it is time to ask WhatsApp whether a restriction without an end still holds. */
  get unsure(): string[] {
    const isDue = (deviceId: string) =>
      this.#ofNewPeople(deviceId).some(
        (each) => each.until === null && this.#askAt(deviceId, each) <= this.#clock.now(),
      )
    return [...this.#own.keys()].filter(isDue)
  }

  /** WhatsApp is asked. */
  asked(deviceId: string): void {
    this.#asked.set(deviceId, this.#clock.now())
  }

  #ofNewPeople(deviceId: string): Restriction[] {
    return this.of(deviceId).filter(({ kind }) => ofNewPeople.has(kind))
  }

  #askAt(deviceId: string, { since }: Restriction): number {
    return Math.max(since, this.#asked.get(deviceId) ?? 0) + askMs
  }

  /** What becomes durable when a restriction is learnt of. To be remembered by {@link set}. */
  plan(deviceId: string, learnt: Learnt): { readonly restriction: Restriction; readonly statements: Statement[] } {
    const known = this.of(deviceId).find(({ kind }) => kind === learnt.kind)
    return planRestriction(this.#store, deviceId, learnt, known, this.#clock.now())
  }

  /** What becomes durable when one is lifted. To be remembered by {@link lifted}. */
  lift(deviceId: string, kind: RestrictionKind): Statement {
    return this.#store.lift(deviceId, kind, this.#clock.now())
  }

  /** It is durable. */
  set(deviceId: string, restriction: Restriction): void {
    const known = this.#own.get(deviceId) ?? new Map<RestrictionKind, Restriction>()
    this.#own.set(deviceId, known.set(restriction.kind, restriction))
  }

  /** That it is lifted is durable. @returns whether it stood */
  lifted(deviceId: string, kind: RestrictionKind): boolean {
    return this.#own.get(deviceId)?.delete(kind) ?? false
  }

  /** The one that stands, over or not. */
  standing(deviceId: string, kind: RestrictionKind): Restriction | undefined {
    return this.#own.get(deviceId)?.get(kind)
  }
}

/** Whether a restriction holds at an instant. One without an end that WhatsApp has not confirmed or lifted within a week is taken to be over. Pure. */
export const holdsAt = (
  { until, since, ended_at }: Pick<Restriction, 'until' | 'since' | 'ended_at'>,
  at: number,
): boolean => ended_at === null && (until ?? since + 7 * dayMs) > at

/** A restriction that was learnt of, and what makes it durable. One that holds already gets its new end. Pure. */
export const planRestriction = (
  store: RestrictionStore,
  deviceId: string,
  learnt: Learnt,
  known: Pick<Restriction, 'since' | 'until' | 'ended_at'> | undefined,
  now: number,
): { readonly restriction: Restriction; readonly statements: Statement[] } => {
  const since = known && holdsAt(known, now) ? known.since : now
  const restriction: Restriction = { ...learnt, since, ended_at: null }
  const others = store.lift(deviceId, learnt.kind, now, since)
  return { restriction, statements: [others, store.put({ device_id: deviceId, ...restriction })] }
}
