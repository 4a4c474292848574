import type { SessionState } from '@switchboard/engine'
import type { DeviceSignal } from '../events/event-source.ts'
import { type BackoffSettings, backoffMs, quickBackoffMs } from './backoff.ts'

/** What follows the end of a connection. */
export type Next =
  /** At once, past every queue: WhatsApp asked for it. */
  | { readonly kind: 'reconnect_now' }
  | { readonly kind: 'reconnect_after'; readonly delayMs: number }
  /** Not before this instant (Unix ms). */
  | { readonly kind: 'wait_until'; readonly at: number }
  /** Only a request to reconnect or to log in leads on from here. */
  | { readonly kind: 'wait_for_person' }
  /** Not ours any more, or closed by us: forget it. */
  | { readonly kind: 'stop' }

/** What is known when a connection ends. */
export interface EndSituation {
  /** The credentials belong to an account. */
  readonly linked: boolean
  /** The connection had been open. */
  readonly wasOpen: boolean
  /** Attempts that failed in a row, without this one. */
  readonly failures: number
  /** Connections in a row that were open only for a moment, without this one. */
  readonly shortLives: number
  /** Restarts that WhatsApp asked for in a row, without this one. */
  readonly restarts: number
  /** Instants, on the monotonic clock, at which this device was replaced lately. */
  readonly replacements: readonly number[]
  /** The lease was read again and is ours. Only asked when another client replaced us. */
  readonly owned: boolean
  readonly backoff: BackoffSettings
  /** Unix ms. */
  readonly now: number
  readonly monotonic: number
  readonly random: () => number
}

export interface SessionEnd {
  readonly next: Next
  /** For the device's row; undefined leaves it. */
  readonly deviceStatus: 'disconnected' | 'logged_out' | undefined
  /** The credentials are worthless and must be deleted in the same unit. */
  readonly wipe: boolean
  /** What the event log gets. */
  readonly signals: readonly DeviceSignal[]
  /** Counts and list to carry into the next situation. */
  readonly failures: number
  readonly shortLives: number
  readonly replacements: readonly number[]
}

/** Replacements within this time count together. */
export const replacementWindowMs = 10 * 60_000
/** After this many within the window a person must decide: two programs would take the link from each other without end. */
export const replacementLimit = 5
/** First pause after being replaced, in first pauses after a failure; doubles with each replacement in the window. */
const replacedBases = 5
/** A client that is too old stays so until somebody updates it: look again now and then. */
export const outdatedRetryMs = 30 * 60_000

/** Restarts in a row that are followed without a pause. */
const restartsAtOnce = 5

type Rule = (end: SessionState, situation: EndSituation) => SessionEnd

const outcome = (
  end: SessionState,
  situation: EndSituation,
  next: Next,
  rest: Partial<SessionEnd> = {},
): SessionEnd => ({
  next,
  deviceStatus: situation.linked ? 'disconnected' : undefined,
  wipe: false,
  signals: [{ kind: 'state_changed', state: end, wasOpen: situation.wasOpen }],
  failures: situation.failures,
  shortLives: situation.shortLives,
  replacements: situation.replacements,
  ...rest,
})

/** Nothing that anybody needs to know. */
const silent = { deviceStatus: undefined, signals: [] } satisfies Partial<SessionEnd>

const person: Rule = (end, situation) => outcome(end, situation, { kind: 'wait_for_person' }, { failures: 0 })

const loggedOut: Rule = (end, situation) =>
  outcome(
    end,
    situation,
    { kind: 'wait_for_person' },
    { deviceStatus: 'logged_out', wipe: true, failures: 0, replacements: [] },
  )

const banned: Rule = (end, situation) => {
  const { expiresAt } = end
  if (expiresAt !== undefined) {
    return outcome(end, situation, { kind: 'wait_until', at: Math.max(expiresAt, situation.now) }, { failures: 0 })
  }
  // A temporary ban that ended a running connection does not say how long it lasts: the next login does.
  return end.code === 402 ? retryLater(end, situation) : person(end, situation)
}

const outdated: Rule = (end, situation) =>
  outcome(end, situation, {
    kind: 'reconnect_after',
    delayMs: Math.round(outdatedRetryMs * (1 + situation.random() / 4)),
  })

const replaced: Rule = (end, situation) => {
  if (!situation.owned) return outcome(end, situation, { kind: 'stop' }, silent)
  const recent = situation.replacements.filter((at) => situation.monotonic - at < replacementWindowMs)
  const replacements = [...recent, situation.monotonic]
  const firstMs = replacedBases * situation.backoff.backoffBaseMs
  const delayMs = Math.round(firstMs * 2 ** (replacements.length - 1) * (1 + situation.random() / 4))
  const next: Next =
    replacements.length >= replacementLimit ? { kind: 'wait_for_person' } : { kind: 'reconnect_after', delayMs }
  return outcome(end, situation, next, { replacements })
}

const retryLater: Rule = (end, situation) => {
  const { wasOpen, backoff, random } = situation
  // What was open for a moment did not fail to connect: it never waits as long as what cannot connect at all.
  const failures = wasOpen ? 0 : situation.failures + 1
  const shortLives = wasOpen ? situation.shortLives + 1 : situation.shortLives
  const delayMs = wasOpen ? quickBackoffMs(shortLives, backoff, random) : backoffMs(failures, backoff, random)
  const reason = end.reason ?? end.name
  const planned: DeviceSignal = {
    kind: 'reconnect_planned',
    attempt: wasOpen ? shortLives : failures,
    retryAt: situation.now + delayMs,
    reason,
  }
  const changed: DeviceSignal = { kind: 'state_changed', state: end, wasOpen: situation.wasOpen }
  // An outage raises one event, when it begins, and none at each attempt that fails.
  const begins = situation.wasOpen || situation.failures === 0
  return outcome(
    end,
    situation,
    { kind: 'reconnect_after', delayMs },
    { failures, shortLives, signals: begins ? [changed, planned] : [] },
  )
}

/** Asked for by WhatsApp, so no failure; only an endless row of them is slowed down. */
const restart: Rule = (end, situation) => {
  const next: Next =
    situation.restarts < restartsAtOnce
      ? { kind: 'reconnect_now' }
      : { kind: 'reconnect_after', delayMs: backoffMs(1, situation.backoff, situation.random) }
  return outcome(end, situation, next, silent)
}

const closed: Rule = (end, situation) => {
  switch (end.reason) {
    case 'restart_required':
      return restart(end, situation)
    case 'local':
      return outcome(end, situation, { kind: 'stop' })
    case 'ownership_lost':
      return outcome(end, situation, { kind: 'stop' }, silent)
    case 'pairing_expired':
    case 'pairing_failed':
    case 'multi_device_missing':
      return person(end, situation)
    default:
      // Without an account there is no reason to reconnect: a client that wants to link asks again.
      return situation.linked ? retryLater(end, situation) : person(end, situation)
  }
}

/** What the end of a connection means: the reconnect table as one pure function.
 *  Codes seen in: whatsmeow connectionevents.go, baileys Types/index.ts (DisconnectReason). */
export function planSessionEnd(end: SessionState, situation: EndSituation): SessionEnd {
  switch (end.name) {
    case 'logged_out':
      return loggedOut(end, situation)
    case 'banned':
      return banned(end, situation)
    case 'blocked':
    case 'passkey_failed':
      return person(end, situation)
    case 'outdated':
      return outdated(end, situation)
    case 'replaced':
      return replaced(end, situation)
    default:
      return closed(end, situation)
  }
}
