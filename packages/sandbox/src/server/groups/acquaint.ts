import type { Account } from '../../world/account.ts'

/** Two people who deal with each other from now on hear of each other's new devices and keys. */
export function acquaint(one: Account, other: Account): void {
  if (one === other) return
  one.peers.add(other)
  other.peers.add(one)
}
