import type { Provoke } from '../walk.ts'
import { forNewFile } from '../with-file.ts'

/** A byte of it changed where it lies at WhatsApp. */
export default ((walk, entry) =>
  forNewFile(walk, entry, () => {
    const file = walk.gateway.sandbox!.world.media.snapshot().files.at(-1)!
    file.bytes[0]! ^= 1
  })) satisfies Provoke
