import type { Clock, CredentialWrite, OpenOptions } from '@switchboard/engine'
import { pairsIn } from '../signal/address-book.ts'

/** Saves writes. When they hold new addresses of people, the host gets both together. */
export async function saveAndTell(
  writes: readonly CredentialWrite[],
  { credentials, host }: OpenOptions,
  clock: Clock,
): Promise<void> {
  const addresses = pairsIn(writes)
  if (addresses.length === 0) return credentials.save(writes)
  return host.receive({ kind: 'addresses', at: clock.now(), offline: false, addresses }, writes)
}
