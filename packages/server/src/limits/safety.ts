import { isPersonJid, OwnershipLostError, type Session } from '@switchboard/engine'
import { LRUCache } from 'lru-cache'
import { atMost } from '../at-most.ts'
import type { Clock } from '../clock.ts'
import type { EventLog } from '../eventlog/event-log.ts'
import { planEvents } from '../events/plan-events.ts'
import { sessionIfOpen } from '../messages/session-if-open.ts'
import { OneByOne } from '../one-by-one.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Database } from '../storage/database.ts'
import { deviceMemory } from '../storage/device-memory.ts'
import type { Intent } from '../storage/intent-store.ts'
import type { RestrictionKind } from '../storage/restriction-store.ts'
import { SafetyStore } from '../storage/safety-store.ts'
import type { PauseSwitch } from './pause-switch.ts'
import { readLimit, type Said } from './plan-account-limit.ts'
import { type Learnt, type Restriction, Restrictions } from './restrictions.ts'
import type { RuleBook } from './rule-book.ts'
import { type Judgement, judge, type SafetyLevel } from './safety-score.ts'
import { SafetyTally } from './safety-tally.ts'
import { SameTexts } from './same-texts.ts'

interface SafetyParts {
  readonly database: Database
  readonly sessions: Sessions
  readonly eventLog: EventLog
  readonly rules: RuleBook
  readonly pauses: PauseSwitch
  readonly clock: Clock
  /** Since when a device is linked, Unix ms. */
  readonly linkedAt: (deviceId: string) => Promise<number | null>
  /** Called when a restriction of a device is over: what it holds may leave. */
  readonly lifted: (deviceId: string) => Promise<void>
}

const severity: Readonly<Record<SafetyLevel, number>> = { ok: 0, watch: 1, danger: 2 }

/** How long a refusal of WhatsApp is taken to last that says neither why nor how long. */
const guessedMs = 3_600_000

/** What WhatsApp makes of the account, as far as anybody can see: restrictions, how sends fare, a score with its reasons, and pauses that follow from them. */
export class Safety {
  readonly #parts: SafetyParts
  readonly #store: SafetyStore
  readonly #tally: SafetyTally
  readonly #levels = new Map<string, SafetyLevel>()
  readonly #texts = new Map<string, SameTexts>()
  /** Refusals of a device one after another. */
  readonly #inARow = new Map<string, number>()
  /** Chats of people who are known to have written. */
  readonly #wrote: LRUCache<string, true>
  readonly #changes = new OneByOne()
  readonly restrictions: Restrictions

  constructor(parts: SafetyParts) {
    this.#parts = parts
    this.#store = new SafetyStore(parts.database)
    this.#tally = new SafetyTally(parts)
    this.#wrote = deviceMemory(parts.database).add(new LRUCache({ ...atMost(50_000) }))
    this.restrictions = new Restrictions(parts)
  }

  /** Reads what is known: of all devices, or of some that are new here. */
  async load(among?: readonly string[]): Promise<void> {
    for (const deviceId of among ?? []) this.drop(deviceId)
    const [levels] = await Promise.all([this.#store.levels(among), this.restrictions.load(among)])
    for (const { device_id, level } of levels) this.#levels.set(device_id, level)
  }

  /** Another process has the device. */
  drop(deviceId: string): void {
    this.#tally.drop(deviceId)
    this.restrictions.drop(deviceId)
    for (const known of [this.#levels, this.#texts, this.#inARow]) known.delete(deviceId)
  }

  /** How many devices of this process are at each level; `ok` are those that are not among the others. */
  levels(): Record<Exclude<SafetyLevel, 'ok'>, number> {
    const counts = { watch: 0, danger: 0 }
    for (const level of this.#levels.values()) if (level !== 'ok') counts[level]++
    return counts
  }

  /** WhatsApp has taken a message over. @param text of it */
  sent({ device_id: deviceId, chat, limited }: Intent, text: string | undefined): void {
    this.#inARow.delete(deviceId)
    if (limited !== 1) return
    const texts = this.#texts.get(deviceId) ?? new SameTexts()
    this.#texts.set(deviceId, texts)
    const same_text = texts.said(text, chat, this.#tally.today)
    this.#tally.add(deviceId, { sent: 1, to_people: isPersonJid(chat) ? 1 : 0, same_text })
  }

  /** Messages came to the phones of people. @param sentAt when WhatsApp took each over, Unix ms */
  delivered(deviceId: string, sentAt: readonly number[]): void {
    this.#tally.delivered(deviceId, sentAt)
  }

  /** So many people were written to, or added to a group, who did not know the account. */
  began(deviceId: string, people: number): void {
    this.#tally.add(deviceId, { new_contacts: people })
  }

  added(deviceId: string, people: number): void {
    this.#tally.add(deviceId, { group_adds: people })
  }

  /** Somebody wrote to the device. */
  wrote(deviceId: string, chat: string): void {
    const name = `${deviceId} ${chat}`
    if (!isPersonJid(chat) || this.#wrote.has(name)) return
    this.#wrote.set(name, true)
    this.#tally.wrote(deviceId, chat)
  }

  /** A message failed for good. @param reason as it is stored, such as `refused_463` */
  async failed({ device_id: deviceId, chat }: Intent, reason: string): Promise<void> {
    if (reason === 'not_on_whatsapp') this.#tally.add(deviceId, { not_on_whatsapp: 1 })
    if (!reason.startsWith('refused')) return
    const inARow = (this.#inARow.get(deviceId) ?? 0) + 1
    this.#inARow.set(deviceId, inARow)
    const isLock = reason === 'refused_463'
    const name = isLock ? 'refused_new' : reason === 'refused_429' ? 'throttled' : 'refused'
    this.#tally.add(deviceId, { [name]: 1 })
    if (isLock && isPersonJid(chat)) await this.#changes.run(deviceId, () => this.#learnOfLock(deviceId))
    const { refusalsInARow } = this.#parts.rules.of(deviceId).autoPause ?? {}
    if (refusalsInARow && inARow >= refusalsInARow) await this.#pause(deviceId, 'refusals')
  }

  /** WhatsApp bans the account for a while. */
  async banned(deviceId: string, until: number | undefined, detail: string | undefined): Promise<void> {
    await this.#learn(deviceId, {
      kind: 'temporary_ban',
      until: until ?? null,
      source: 'login',
      detail: detail ?? null,
    })
    if (this.#parts.rules.of(deviceId).autoPause?.onTemporaryBan) await this.#pause(deviceId, 'temporary_ban', until)
  }

  /** The device is connected: it is not banned, and may have another account. */
  async opened(deviceId: string): Promise<void> {
    this.#tally.forget(deviceId)
    if (this.restrictions.standing(deviceId, 'temporary_ban')) await this.#lift(deviceId, 'temporary_ban')
    if (this.restrictions.of(deviceId).length > 0) await this.restrictions.load([deviceId])
  }

  /** A restriction was learnt of, or is over, and that is durable. */
  async limited(deviceId: string, said: { restriction: Restriction } | { lifted: RestrictionKind }): Promise<void> {
    if ('restriction' in said) this.restrictions.set(deviceId, said.restriction)
    else if (this.restrictions.lifted(deviceId, said.lifted)) await this.#parts.lifted(deviceId)
    await this.review(deviceId)
  }

  /** How the device is doing now. */
  async judge(deviceId: string): Promise<Judgement> {
    const [days, restrictions, linkedAt] = await Promise.all([
      this.#tally.days(deviceId),
      this.restrictions.recent(deviceId),
      this.#parts.linkedAt(deviceId),
    ])
    const { today } = this.#tally
    return judge({ now: this.#parts.clock.now(), today, days, restrictions, linkedAt })
  }

  /** Stores what was counted, and looks at the devices that it is of. Never rejects. */
  async flush(
    onError: (deviceId: string, error: unknown) => void,
    among: readonly string[] = this.#tally.devices,
  ): Promise<void> {
    const waiting = new Set(this.#tally.devices)
    for (const deviceId of among) {
      if (!waiting.has(deviceId)) continue
      await this.#tally
        .flush(deviceId)
        .then(() => this.review(deviceId))
        .catch((error) => {
          if (error instanceof OwnershipLostError) this.drop(deviceId)
          else onError(deviceId, error)
        })
    }
  }

  /** Devices that time alone may make better. */
  get watched(): string[] {
    return [...this.#levels].flatMap(([deviceId, level]) => (level === 'ok' ? [] : [deviceId]))
  }

  /** Looks at a device again: says so when its level is another one, and pauses it when it is to be. */
  review(deviceId: string): Promise<void> {
    return this.#changes.run(`${deviceId} review`, async () => {
      const before = this.#levels.get(deviceId) ?? 'ok'
      const judgement = await this.judge(deviceId)
      if (judgement.level === before) return
      await this.#noteLevel(deviceId, before, judgement)
      const { onLevel } = this.#parts.rules.of(deviceId).autoPause ?? {}
      const isWorse = severity[judgement.level] > severity[before]
      if (onLevel && isWorse && severity[judgement.level] >= severity[onLevel]) {
        await this.#pause(deviceId, `level_${judgement.level}`)
      }
    })
  }

  async #noteLevel(deviceId: string, before: SafetyLevel, { level, score, reasons }: Judgement): Promise<void> {
    const { database, sessions, eventLog, clock } = this.#parts
    const at = clock.now()
    const device = { account: sessions.account(deviceId) }
    const events = planEvents(device, { kind: 'safety_judged', level, before, score, reasons, at })
    const row = { device_id: deviceId, level, score, changed_at: at }
    await database.commit(
      [...sessions.fence(deviceId), this.#store.putLevel(row), ...eventLog.statements(deviceId, events)],
      { lane: deviceId },
    )
    this.#levels.set(deviceId, level)
  }

  async #pause(deviceId: string, reason: string, atLeastUntil?: number): Promise<void> {
    const { rules, pauses, clock } = this.#parts
    if (pauses.of(deviceId)) return
    this.#inARow.delete(deviceId)
    const { resumeAfterMs = null } = rules.of(deviceId).autoPause ?? {}
    const until = resumeAfterMs === null ? null : Math.max(clock.now() + resumeAfterMs, atLeastUntil ?? 0)
    await pauses.pause(deviceId, { reason, until })
  }

  /** Asks WhatsApp about restrictions of which it named no end: whether they still hold, and until when. */
  async askAgain(deviceId: string): Promise<void> {
    const session = sessionIfOpen(this.#parts.sessions, deviceId)
    if (!session) return
    this.restrictions.asked(deviceId)
    await this.#changes.run(deviceId, async () => {
      for (const said of await askedOf(session)) {
        const known = this.restrictions.standing(deviceId, 'lifted' in said ? said.lifted : said.learnt.kind)
        if (known?.until !== null) continue
        if ('lifted' in said) await this.#lift(deviceId, said.lifted)
        else if (said.learnt.until !== null) await this.#learn(deviceId, { ...said.learnt, source: known.source })
      }
    })
  }

  /** A message to somebody new was refused: asks WhatsApp why, and until when. */
  async #learnOfLock(deviceId: string): Promise<void> {
    if (this.restrictions.newPeopleUntil(deviceId) !== undefined) return
    const session = sessionIfOpen(this.#parts.sessions, deviceId)
    for (const said of session ? await askedOf(session) : [])
      if ('learnt' in said) await this.#learn(deviceId, said.learnt)
    if (this.restrictions.newPeopleUntil(deviceId) !== undefined) return
    const until = this.#parts.clock.now() + guessedMs
    await this.#learn(deviceId, { kind: 'reachout_timelock', until, source: 'refused_send', detail: '463' })
  }

  async #learn(deviceId: string, learnt: Learnt): Promise<void> {
    const { database, sessions } = this.#parts
    const { restriction, statements } = this.restrictions.plan(deviceId, learnt)
    await database.commit([...sessions.fence(deviceId), ...statements], { lane: deviceId })
    await this.limited(deviceId, { restriction })
  }

  async #lift(deviceId: string, kind: RestrictionKind): Promise<void> {
    const { database, sessions } = this.#parts
    const unit = [...sessions.fence(deviceId), this.restrictions.lift(deviceId, kind)]
    await database.commit(unit, { lane: deviceId })
    await this.limited(deviceId, { lifted: kind })
  }
}

/** What WhatsApp says of the account when it is asked; nothing when it does not answer. */
async function askedOf(session: Session): Promise<Said[]> {
  if (!session.can('standing')) return []
  const standing = session.use('standing')
  const answers = await Promise.allSettled([standing.reachoutTimelock(), standing.newChats()])
  return answers.flatMap((answer): Said[] => {
    if (answer.status === 'rejected') return []
    const said = readLimit(answer.value)
    return 'learnt' in said ? [{ learnt: { ...said.learnt, source: 'refused_send' as const } }] : [said]
  })
}
