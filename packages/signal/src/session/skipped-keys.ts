import { MAX_SKIPPED, type SkippedKey, type SkippedKeys } from './session-state.ts'

/**
 * Gaps of which keys are kept. Each counts once, however many messages it had and however many of them came late.
 *
 * A record is stored anew with each message. Some senders step over a message each time (npm libsignal's group cipher, as baileys uses it: 0, 2, 4, …),
 * and what they step over never existed: without this bound the record grows to 2000 keys, 72 KB, that are written each time.
 */
const MAX_GAPS = 16

export const NOTHING_SKIPPED: SkippedKeys = { gaps: [], givenUpTo: 0 }

/** With the keys of one more gap, the newest. */
export const withGap = (skipped: SkippedKeys, gap: readonly SkippedKey[]): SkippedKeys =>
  gap.length === 0 ? skipped : keepNewest({ ...skipped, gaps: [...skipped.gaps, gap] }, MAX_SKIPPED)

/** The key of a message and the others, or undefined when it is not there. */
export function takeSkipped({ gaps, givenUpTo }: SkippedKeys, counter: number) {
  for (const gap of gaps) {
    const found = gap.find((key) => key.counter === counter)
    if (!found) continue
    const rest = gap.filter((key) => key !== found)
    const others =
      rest.length > 0 ? gaps.map((each) => (each === gap ? rest : each)) : gaps.filter((each) => each !== gap)
    return { secret: found.secret, skipped: { gaps: others, givenUpTo } }
  }
  return undefined
}

/** Gives up keys of messages that are further behind than other clients follow. `counter`: the message that was read now. */
export function forgetOld(skipped: SkippedKeys, counter: number): SkippedKeys {
  const oldest = skipped.gaps[0]?.[0]
  if (!oldest || oldest.counter >= counter - MAX_SKIPPED) return skipped
  return giveUp(skipped, (key) => key.counter < counter - MAX_SKIPPED)
}

/** Gives up the oldest keys until so many are left at most. */
export function keepNewest(skipped: SkippedKeys, most: number): SkippedKeys {
  const gaps = skipped.gaps.slice(-MAX_GAPS)
  let excess = countSkipped({ ...skipped, gaps }) - most
  if (excess <= 0 && gaps.length === skipped.gaps.length) return skipped
  const kept = new Set(gaps.flat())
  for (const key of gaps.flat()) if (excess-- > 0) kept.delete(key)
  return giveUp(skipped, (key) => !kept.has(key))
}

export const countSkipped = ({ gaps }: SkippedKeys): number => gaps.reduce((sum, gap) => sum + gap.length, 0)

function giveUp({ gaps, givenUpTo }: SkippedKeys, isGivenUp: (key: SkippedKey) => boolean): SkippedKeys {
  const given = gaps.flat().filter(isGivenUp)
  return {
    gaps: gaps.map((gap) => gap.filter((key) => !isGivenUp(key))).filter((gap) => gap.length > 0),
    givenUpTo: given.reduce((most, { counter }) => Math.max(most, counter + 1), givenUpTo),
  }
}
