import type { Account } from '../../world/account.ts'

/** Two people who have contact get each other's new devices and keys from now on. */
export function acquaint(one: Account, other: Account): void {
  if (one === other) return
  one.peers.add(other)
  other.peers.add(one)
}
