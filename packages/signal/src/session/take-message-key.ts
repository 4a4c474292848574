import { SignalError } from '../errors.ts'
import { messageSeed, nextChain } from './message-keys.ts'
import { type Chain, MAX_SKIPPED, type SkippedKey } from './session-state.ts'

/**
 * The seed of message `counter`, and the chain without it. Keys stepped over are kept, the newest 2000 of them.
 *
 * Serves sessions and sender keys alike. Throws `duplicate_message` for a key that is gone, `too_far_ahead` beyond 2000.
 */
export function takeMessageKey<C extends Chain & { readonly skipped: readonly SkippedKey[] }>(
  chain: C,
  counter: number,
): { seed: Uint8Array; chain: C } {
  if (counter < chain.counter) return takeSkipped(chain, counter)
  if (counter - chain.counter > MAX_SKIPPED) {
    throw new SignalError('too_far_ahead', `Message ${counter} while ${chain.counter} was expected`)
  }
  let position: Chain = { key: chain.key, counter: chain.counter }
  const passed: SkippedKey[] = []
  for (; position.counter < counter; position = nextChain(position)) {
    passed.push({ counter: position.counter, seed: messageSeed(position) })
  }
  const skipped = passed.length === 0 ? chain.skipped : [...chain.skipped, ...passed].slice(-MAX_SKIPPED)
  return { seed: messageSeed(position), chain: { ...chain, ...nextChain(position), skipped } }
}

function takeSkipped<C extends { readonly skipped: readonly SkippedKey[] }>(
  chain: C,
  counter: number,
): { seed: Uint8Array; chain: C } {
  const found = chain.skipped.find((key) => key.counter === counter)
  if (!found) throw new SignalError('duplicate_message', `Message ${counter} was decrypted before`)
  return { seed: found.seed, chain: { ...chain, skipped: chain.skipped.filter((key) => key !== found) } }
}
