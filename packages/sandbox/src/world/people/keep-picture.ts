import type { Account } from '../account.ts'
import type { World } from '../world.ts'
import type { Picture } from './person.ts'

/** Pictures are kept for as long as they are used: no link of theirs ends by itself. */
const keptForMs = 10 * 365 * 24 * 60 * 60 * 1000

/** Stores a picture at the media host.
 *  @param preview a small version; the image itself stands in for it when absent, since a world scales no images */
export function keepPicture(world: World, owner: Account, image: Uint8Array, preview = image): Picture {
  const keep = (bytes: Uint8Array): string => world.media.put('ppic', Uint8Array.from(bytes), owner.lid, keptForMs).hash
  return { id: world.random.digits(10), image: keep(image), preview: keep(preview), at: world.clock.now() }
}
