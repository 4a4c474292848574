import { ManualClock } from '../world/manual-clock.ts'
import { LifetimeClock } from './lifetime-clock.ts'
import { PhoneBook } from './phone-book.ts'
import { PhoneShelves } from './phone-shelves.ts'
import { revivedWorld } from './revived-world.ts'
import type { Snapshot } from './snapshot.ts'

/** Restores a snapshot where nobody sees it: what cannot be restored must not cost the world that is there.
 *  @throws Error that says what is wrong with it */
export function rehearse(state: Snapshot): void {
  try {
    const clock = new LifetimeClock(new ManualClock(state.world.at))
    const world = revivedWorld(state.world, { clock })
    const phones = new PhoneBook(new PhoneShelves(undefined, true))
    phones.fillShelves(state.phones)
    for (const account of world.accounts()) phones.reopen(world, account, false)
    clock.end()
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`this snapshot is damaged: ${why}`, { cause })
  }
}
