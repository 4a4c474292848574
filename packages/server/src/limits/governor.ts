import { type Address, isPersonJid, type Logger } from '@switchboard/engine'
import type { Clock } from '../clock.ts'
import { AppError } from '../errors/app-error.ts'
import type { EventLog } from '../eventlog/event-log.ts'
import type { SendObserver } from '../observe/observer.ts'
import type { Addresses } from '../people/addresses.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Database, Statement } from '../storage/database.ts'
import type { Hold } from '../storage/held-send-store.ts'
import type { Intent } from '../storage/intent-store.ts'
import type { HoldReason } from '../storage/schema.ts'
import { DayCounts } from './day-counts.ts'
import { Gaps } from './gaps.ts'
import { HeldSends } from './held-sends.ts'
import { NewContacts } from './new-contacts.ts'
import { PauseSwitch } from './pause-switch.ts'
import { RuleBook } from './rule-book.ts'
import { RuleHolds } from './rule-holds.ts'
import { zoneOf } from './rules.ts'
import { Safety } from './safety.ts'

interface GovernorParts {
  readonly database: Database
  readonly sessions: Sessions
  readonly addresses: Addresses
  readonly eventLog: EventLog
  readonly clock: Clock
  readonly random: () => number
  readonly observer: Pick<SendObserver, 'held'>
  readonly logger: Logger
}

/** A message is refused so when its account may not write to people who are new. */
const restrictedReason = 'refused_463'

/** What makes a send leave: part of the unit in which it does. */
interface Leaving {
  readonly statements: readonly Statement[]
  /** The day on which it counts, unless it counted before. */
  readonly day?: string | undefined
  /** It is durable. */
  left(): void
}

/** What today looks like. */
export interface Today {
  /** Null where nothing is counted. */
  readonly sent: number | null
  readonly ceiling: number | null
  readonly newContacts: number | null
}

/** A hold, and by which state of the rules it was decided. */
export interface Decision extends Hold {
  readonly version: number
}

/** Thrown out of a unit: so many were written to first that no more may be. */
class DayIsFull extends Error {}

/** The one place that says of everything a device sends: it leaves now, it waits until then, or it is refused. What may not leave now is held: it is scheduled
 *  for when it may, and what comes after it waits behind it, in its chat or in all chats. */
export class Governor {
  readonly #parts: GovernorParts
  readonly #counts: DayCounts
  readonly #newContacts: NewContacts
  readonly #gaps: Gaps
  readonly #holds: RuleHolds
  /** How often the rules of a device changed, or a pause of it began or ended. */
  readonly #versions = new Map<string, number>()
  /** Devices of which something is held by rules that are no longer in force. */
  readonly #outdated = new Set<string>()
  readonly held: HeldSends
  readonly rules: RuleBook
  readonly pauses: PauseSwitch
  readonly safety: Safety

  constructor(parts: GovernorParts) {
    this.#parts = parts
    this.#counts = new DayCounts(parts)
    this.#newContacts = new NewContacts(parts)
    this.#gaps = new Gaps(parts)
    this.held = new HeldSends(parts)
    const common = { ...parts, held: this.held, changed: (deviceId: string) => this.#recheck(deviceId) }
    this.rules = new RuleBook({ ...common, counts: this.#counts })
    this.pauses = new PauseSwitch(common)
    this.safety = new Safety({
      ...{ ...parts, rules: this.rules, pauses: this.pauses },
      linkedAt: (deviceId) => this.#counts.linkedAt(deviceId),
      lifted: (deviceId) => (this.held.mayBe(deviceId) ? this.#recall(deviceId) : Promise.resolve()),
    })
    const { rules, held, safety } = this
    this.#holds = new RuleHolds({
      ...{ clock: parts.clock, counts: this.#counts, newContacts: this.#newContacts },
      ...{ rules, held, safety },
    })
  }

  /** Reads what is set: of all devices, or of some that are new here. */
  async load(among?: readonly string[]): Promise<void> {
    const { rules, held, pauses, safety } = this
    await Promise.all([rules.load(among), held.load(among), pauses.load(among), safety.load(among)])
    for (const deviceId of among ?? []) this.linkChanged(deviceId)
  }

  /** Lets go of devices when nothing more leaves here for them. What was counted is stored. Never rejects. */
  async leave(deviceIds: readonly string[]): Promise<void> {
    const { logger } = this.#parts
    await this.safety.flush((device, err) => logger.error({ device, err }, 'counts of sends are lost'), deviceIds)
    this.drop(deviceIds)
  }

  /** Another process may have these devices. */
  drop(deviceIds: readonly string[]): void {
    for (const deviceId of deviceIds) {
      for (const part of [this.rules, this.pauses, this.held, this.#gaps, this.safety]) part.drop(deviceId)
      this.#counts.linkChanged(deviceId)
      this.#outdated.delete(deviceId)
    }
  }

  /** The link of a device is another one, or may be. */
  linkChanged(deviceId: string): void {
    this.#counts.linkChanged(deviceId)
    this.#recheck(deviceId)
  }

  /** What waits between two chats looks again whether it must. */
  #recheck(deviceId: string): void {
    this.#versions.set(deviceId, this.#version(deviceId) + 1)
    this.#gaps.recheck(deviceId, this.rules.of(deviceId).gap)
  }

  async today(deviceId: string): Promise<Today> {
    const rules = this.rules.of(deviceId)
    if (zoneOf(rules) === undefined) return { sent: null, ceiling: null, newContacts: null }
    const [{ sent, newContacts }, ceiling] = await Promise.all([
      this.#counts.today(deviceId, rules),
      this.#counts.ceilingOf(deviceId, rules),
    ])
    return { sent, newContacts, ceiling: ceiling?.messages ?? null }
  }

  /** Whether sends of a device may have to wait at all. */
  apply(deviceId: string): boolean {
    const rules = this.rules.of(deviceId)
    const isLimited = rules.quiet !== null || rules.gap !== null || zoneOf(rules) !== undefined
    if (this.#holds.restrictedUntil(deviceId) !== undefined) return true
    return isLimited || this.held.mayBe(deviceId) || this.pauses.of(deviceId) !== undefined
  }

  /** What holds a send that is accepted now: a pause, those that are held already, or the rules. */
  holdOfNew(deviceId: string, chat: string): Promise<Decision | undefined> {
    return this.#decide(deviceId, async () => {
      const before = this.pauses.holdOf(deviceId) ?? (await this.held.last(deviceId, chat))
      return before ?? this.#holds.of(deviceId, chat, { ahead: true })
    })
  }

  /** What holds the next one of those that wait: the rules, with what is queued already. */
  holdOfNext({ device_id: deviceId, chat, limited }: Intent): Promise<Decision | undefined> {
    return this.#decide(deviceId, async () => {
      const paused = limited === 0 ? undefined : this.pauses.holdOf(deviceId)
      if (paused || limited !== 1 || !this.apply(deviceId)) return paused
      return this.#holds.of(deviceId, chat, { ahead: true })
    })
  }

  /** What holds a queued send when its turn comes: a pause, one before it that is held, or the rules. */
  async holdOfTurn({
    device_id: deviceId,
    chat,
    limited,
    created_at,
    counted_on,
  }: Intent): Promise<Decision | undefined> {
    if (limited === 0 || !this.apply(deviceId)) return undefined
    return this.#decide(deviceId, async () => {
      const paused = this.pauses.holdOf(deviceId)
      if (paused || limited === 2) return paused
      const before = await this.held.last(deviceId, chat, Number(created_at))
      return before ?? this.#holds.of(deviceId, chat, { ahead: false, countedOn: counted_on })
    })
  }

  /** What holds a send that waits for nothing but a pause. */
  holdOfPause(deviceId: string): Decision | undefined {
    const hold = this.pauses.holdOf(deviceId)
    return hold && { ...hold, version: this.#version(deviceId) }
  }

  /** A send is held, and that is durable. What was decided by rules that are no longer in force is decided again. Never rejects. */
  async nowHeld(deviceId: string, { version, reason }: Decision): Promise<void> {
    this.held.nowHeld(deviceId)
    this.#parts.observer.held(reason)
    if (version === this.#version(deviceId)) return
    await this.#recall(deviceId).catch(() => this.#outdated.add(deviceId))
  }

  /** What time brings: the ends of pauses, and what could not be done when it was due. Never rejects. */
  async upkeep(onError: (deviceId: string, error: unknown) => void): Promise<void> {
    await this.pauses.endOver(onError)
    const { safety } = this
    for (const deviceId of safety.restrictions.unsure) {
      await safety.askAgain(deviceId).catch((error) => onError(deviceId, error))
    }
    for (const deviceId of safety.watched) {
      await safety.review(deviceId).catch((error) => onError(deviceId, error))
    }
    for (const deviceId of this.#outdated) {
      await this.#recall(deviceId).then(
        () => this.#outdated.delete(deviceId),
        (error) => onError(deviceId, error),
      )
    }
  }

  #version(deviceId: string): number {
    return this.#versions.get(deviceId) ?? 0
  }

  async #decide(deviceId: string, find: () => Promise<Hold | undefined>): Promise<Decision | undefined> {
    const version = this.#version(deviceId)
    const hold = await find()
    return hold && { ...hold, version }
  }

  /** Makes everything due that is held. @param chat only what waits because of this chat */
  async #recall(deviceId: string, chat?: string): Promise<void> {
    const unit = [...this.#parts.sessions.fence(deviceId), this.held.recall(deviceId, chat)]
    await this.#parts.database.commit(unit, { lane: deviceId })
    this.held.wake()
  }

  /** Whether a send waits because its device is paused. */
  pausedFor({ device_id: deviceId, limited }: Intent): boolean {
    return limited !== 0 && this.pauses.of(deviceId) !== undefined
  }

  /** Waits for what is left of the pause between two chats. @returns whether there was any: what the rules said may be otherwise by now.
   *  @throws when the signal ends it */
  async waitGap({ device_id: deviceId, chat, limited }: Intent, signal: AbortSignal): Promise<boolean> {
    if (limited !== 1 || this.rules.of(deviceId).gap === null) return false
    return this.#gaps.wait(deviceId, chat, signal)
  }

  /** Whether sends of a device may be in the queue for long although it is connected. */
  isSlow(deviceId: string): boolean {
    return this.rules.of(deviceId).gap !== null
  }

  /** What a send adds to the unit in which it leaves. `full` makes the error when no more may leave today. */
  async leaving(intent: Intent, full: () => Error): Promise<Leaving> {
    const { device_id: deviceId, chat, limited, counted_on } = intent
    if (limited !== 1) return { statements: [], left: () => {} }
    const rules = this.rules.of(deviceId)
    const isNew = await this.isNew(deviceId, chat)
    const day = this.#counts.dayOf(rules)
    const isCounted = day !== undefined && counted_on === day.name
    const more = { messages: isCounted ? 0 : 1, newContacts: isNew ? 1 : 0 }
    const counts = isCounted && !isNew ? [] : await this.#counts.count({ deviceId, rules, ...more }, full)
    return {
      statements: [...counts, ...this.beginning(deviceId, chat, isNew)],
      day: isCounted ? undefined : day?.name,
      left: () => {
        this.met(deviceId, chat, isNew)
        this.#gaps.left(deviceId, chat, rules.gap)
      },
    }
  }

  /** Whether a message to a chat is one to somebody to whom the device never wrote, and who never wrote to it. */
  async isNew(deviceId: string, chat: string): Promise<boolean> {
    return this.#newContacts.isNew(deviceId, chat)
  }

  /** Notes in the unit in which a message leaves that it is one to somebody new. {@link met} follows when it is durable. */
  beginning(deviceId: string, chat: string, isNew: boolean): Statement[] {
    return isNew ? [this.#newContacts.add(deviceId, chat, this.#parts.clock.now())] : []
  }

  /** The device has written to a chat. */
  met(deviceId: string, chat: string, isNew: boolean): void {
    this.#newContacts.heard(deviceId, chat)
    if (isNew) this.safety.began(deviceId, 1)
  }

  /** A message did not arrive, for certain. @returns what it waits for when it need not fail */
  async missed(intent: Intent, reason: string): Promise<Decision | undefined> {
    const { device_id: deviceId, chat, limited } = intent
    await this.#newContacts.missed(deviceId, chat)
    await this.safety.failed(intent, reason)
    if (limited !== 1 || !isPersonJid(chat) || reason !== restrictedReason) return undefined
    const until = this.#holds.restrictedUntil(deviceId)
    return until === undefined ? undefined : { until, reason: 'restricted', version: this.#version(deviceId) }
  }

  /** Something was said in a chat by somebody else, or by the account on its phone: what waits because it was new may leave. */
  async said(deviceId: string, chat: string, fromMe: boolean): Promise<void> {
    this.#newContacts.heard(deviceId, chat)
    if (!fromMe) this.safety.wrote(deviceId, chat)
    if (this.held.mayBe(deviceId)) await this.#recall(deviceId, chat)
  }

  /** Lets a device do something to people that cannot wait: make a group, add them to one. Those who are new count as written to.
   *  @throws AppError device_paused | send_limit_reached */
  async act(deviceId: string, people: readonly Address[]): Promise<void> {
    const paused = this.pauses.of(deviceId)
    if (paused) throw pausedError(paused, this.#parts.clock.now())
    this.safety.added(deviceId, people.length)
    const fresh = await this.#newContacts.among(deviceId, people)
    if (fresh.length === 0) return
    const { database, sessions, clock } = this.#parts
    const rules = this.rules.of(deviceId)
    const restricted = this.#holds.restrictedUntil(deviceId)
    if (restricted !== undefined) throw limitError('restricted', restricted - clock.now())
    const counted = { deviceId, rules, messages: 0, newContacts: fresh.length }
    const counts = await this.#counts.count(counted, () => new DayIsFull())
    const noted = fresh.map(({ jid }) => this.#newContacts.add(deviceId, jid, clock.now()))
    try {
      await database.commit([...sessions.fence(deviceId), ...counts, ...noted], { lane: deviceId })
    } catch (error) {
      throw error instanceof DayIsFull ? this.#fullError(deviceId) : error
    }
    for (const { jid } of fresh) this.met(deviceId, jid, true)
  }

  #fullError(deviceId: string): AppError {
    const day = this.#counts.dayOf(this.rules.of(deviceId))
    return limitError('new_contacts', day ? day.endsAt - this.#parts.clock.now() : 0)
  }
}

const limitError = (reason: HoldReason, waitMs: number): AppError =>
  new AppError('send_limit_reached', undefined, {
    details: { reason },
    retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)),
  })

const pausedError = ({ until, reason }: { until: number | null; reason: string }, now: number): AppError =>
  new AppError('device_paused', undefined, {
    details: { reason },
    ...(until !== null && { retryAfterSeconds: Math.max(1, Math.ceil((until - now) / 1000)) }),
  })
