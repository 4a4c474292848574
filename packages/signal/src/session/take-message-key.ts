import { SignalError } from '../errors.ts'
import { messageSeed, nextChain } from './message-keys.ts'
import { type Chain, MAX_SKIPPED, type SkippedKey, type SkippedKeys } from './session-state.ts'
import { forgetOld, takeSkipped, withGap } from './skipped-keys.ts'

/**
 * What the keys of message `counter` come from (see {@link SkippedKey}), and the chain without it. Keys stepped over are kept within bounds (see `skipped-keys.ts`).
 *
 * Serves sessions and sender keys alike. Throws `duplicate_message` for a key that was used, `key_given_up` when it may also have been given up,
 * `too_far_ahead` beyond 2000.
 */
export function takeMessageKey<C extends Chain & { readonly skipped: SkippedKeys }>(
  chain: C,
  counter: number,
): { secret: Uint8Array; chain: C } {
  if (counter < chain.counter) return takeLate(chain, counter)
  if (counter - chain.counter > MAX_SKIPPED) {
    throw new SignalError('too_far_ahead', `Message ${counter} while ${chain.counter} was expected`)
  }
  let position: Chain = { key: chain.key, counter: chain.counter }
  const gap: SkippedKey[] = []
  for (; position.counter < counter; position = nextChain(position)) {
    gap.push({ counter: position.counter, secret: messageSeed(position) })
  }
  const skipped = withGap(forgetOld(chain.skipped, counter), gap)
  return { secret: messageSeed(position), chain: { ...chain, ...nextChain(position), skipped } }
}

function takeLate<C extends { readonly skipped: SkippedKeys }>(
  chain: C,
  counter: number,
): { secret: Uint8Array; chain: C } {
  const found = takeSkipped(chain.skipped, counter)
  if (found) return { secret: found.secret, chain: { ...chain, skipped: found.skipped } }
  if (counter < chain.skipped.givenUpTo) {
    throw new SignalError('key_given_up', `Message ${counter} was decrypted before, or comes too late`)
  }
  throw new SignalError('duplicate_message', `Message ${counter} was decrypted before`)
}
