import { addCounts, type CountName, noCounts, type SafetyCounts } from '../storage/safety-store.ts'
import { holdsAt, type Restriction } from './restrictions.ts'

export type SafetyLevel = 'ok' | 'watch' | 'danger'

/** Something that speaks for trouble. */
export interface SafetyReason {
  readonly reason: string
  /** What it adds to the score. */
  readonly weight: number
  /** Since when, Unix ms. */
  readonly since: number
  /** How many: people, messages, days. */
  readonly count: number
}

export interface Judgement {
  /** 0 to 100. */
  readonly score: number
  readonly level: SafetyLevel
  /** The heaviest first. */
  readonly reasons: readonly SafetyReason[]
}

/** What a device is judged by. */
export interface Evidence {
  readonly now: number
  readonly today: number
  /** Counts by the day of UTC. */
  readonly days: ReadonlyMap<number, SafetyCounts>
  /** Of the last thirty days, and those that hold. */
  readonly restrictions: readonly Restriction[]
  /** Null: it is not linked, or nobody noted since when. */
  readonly linkedAt: number | null
}

type Found = Omit<SafetyReason, 'reason'> | undefined
type Look = (evidence: Facts) => Found

export const dayMs = 24 * 60 * 60 * 1000
const week = 7

class Facts {
  readonly evidence: Evidence
  constructor(evidence: Evidence) {
    this.evidence = evidence
  }

  /** The sum of some days: from so many days ago to so many, both included. */
  sum(from: number, to: number): SafetyCounts {
    const { days, today } = this.evidence
    let sum = noCounts
    for (let ago = to; ago <= from; ago++) sum = addCounts(sum, days.get(today - ago) ?? noCounts)
    return sum
  }

  /** Since when there is anything of it, of so many days. */
  since(name: CountName, from: number): number {
    const { days, today } = this.evidence
    for (let ago = from; ago > 0; ago--) if ((days.get(today - ago)?.[name] ?? 0) > 0) return (today - ago) * dayMs
    return today * dayMs
  }
}

const within = (share: number): number => Math.min(1, Math.max(0, share))

/** One that holds now. */
const standing =
  (kind: Restriction['kind'], weight: number): Look =>
  ({ evidence: { restrictions, now } }) => {
    const found = restrictions.find((each) => each.kind === kind && holdsAt(each, now))
    return found && { weight, since: found.since, count: 1 }
  }

/** So much for each of a week, up to a bound. */
const each =
  (name: CountName, weight: number, most: number, from = 1): Look =>
  (facts) => {
    const count = facts.sum(week - 1, 0)[name]
    return count < from
      ? undefined
      : { weight: Math.min(most, weight * count), since: facts.since(name, week - 1), count }
  }

/** What speaks for trouble, and how much. WhatsApp says nothing of how it judges: the weights are a judgement, and are the same for all devices. */
const looks: Readonly<Record<string, Look>> = {
  reachout_timelock: standing('reachout_timelock', 60),
  new_chat_limit: standing('new_chat_limit', 40),
  temporary_ban: standing('temporary_ban', 100),

  /** It weighs less from day to day. */
  earlier_temporary_ban: ({ evidence: { restrictions, now } }) => {
    const bans = restrictions.filter((ban) => ban.kind === 'temporary_ban' && !holdsAt(ban, now))
    const last = Math.max(...bans.map(({ since }) => since))
    return bans.length === 0
      ? undefined
      : { weight: Math.round(40 * within(1 - (now - last) / (30 * dayMs))), since: last, count: bans.length }
  },

  refused_new_chats: each('refused_new', 10, 40),
  throttled: each('throttled', 5, 20),
  refused: each('refused', 2, 10, 3),
  not_on_whatsapp: each('not_on_whatsapp', 1, 20, 5),

  /** Of those of a week, more than half have not answered. */
  unanswered_new_contacts: (facts) => {
    const { new_contacts, answered } = facts.sum(week - 1, 0)
    const count = Math.max(0, new_contacts - answered)
    if (new_contacts < 10) return undefined
    const weight = Math.round(30 * within((count / new_contacts - 0.5) * 2) * within(new_contacts / 30))
    return { weight, since: facts.since('new_contacts', week - 1), count }
  },

  /** Of the days before today: a phone may be off for some hours. Whoever blocks the account gets nothing either, and WhatsApp does not say so. */
  undelivered: (facts) => {
    const { to_people, delivered } = facts.sum(week, 1)
    const count = Math.max(0, to_people - delivered)
    if (to_people < 20) return undefined
    return {
      weight: Math.round(25 * within((count / to_people - 0.1) / 0.4)),
      since: facts.since('to_people', week),
      count,
    }
  },

  /** More than three times as many as on the days before on which anything was sent. */
  sudden_volume: (facts) => {
    const { evidence } = facts
    const { sent } = facts.sum(0, 0)
    const before = [1, 2, 3, 4, 5, 6, 7].map((ago) => facts.sum(ago, ago).sent).filter((count) => count > 0)
    const usual = before.reduce((sum, count) => sum + count, 0) / Math.max(1, before.length)
    if (sent < 50 || sent <= 3 * usual) return undefined
    const weight = usual === 0 ? 15 : Math.round(10 * within(sent / usual / 10) + 15)
    return { weight, since: evidence.today * dayMs, count: sent }
  },

  new_link: ({ evidence: { linkedAt, now } }) => {
    const days = linkedAt === null ? week : (now - linkedAt) / dayMs
    if (linkedAt === null || days >= week) return undefined
    return { weight: Math.round(15 * within(1 - days / week)), since: linkedAt, count: Math.max(0, Math.floor(days)) }
  },

  group_adds: (facts) => {
    const count = facts.sum(1, 0).group_adds
    if (count < 20) return undefined
    return { weight: Math.min(20, Math.floor(count / 5)), since: facts.since('group_adds', 1), count }
  },

  same_text: (facts) => {
    const count = facts.sum(0, 0).same_text
    if (count < 20) return undefined
    return { weight: Math.min(25, Math.floor(count / 4)), since: facts.evidence.today * dayMs, count }
  },
}

export const safetyReasons: readonly string[] = Object.keys(looks)

/** From which score a level begins. */
const levels = { danger: 70, watch: 40 } as const

/** How a device is doing. Pure. */
export const judge = (evidence: Evidence): Judgement => {
  const facts = new Facts(evidence)
  const reasons = Object.entries(looks)
    .flatMap(([reason, look]) => {
      const found = look(facts)
      return found && found.weight > 0 ? [{ reason, ...found }] : []
    })
    .sort((one, other) => other.weight - one.weight)
  const score = Math.min(
    100,
    reasons.reduce((sum, { weight }) => sum + weight, 0),
  )
  return { score, level: score >= levels.danger ? 'danger' : score >= levels.watch ? 'watch' : 'ok', reasons }
}
