import type { World } from '../../world/world.ts'
import { type SealedMedia, sealMedia } from './seal-media.ts'

/** What a message needs to say of a file at the media host. */
export type PutMedia = Omit<SealedMedia, 'bytes'> & { readonly directPath: string; readonly url: string }

/** Seals a file and stores it at the media host.
 *  @param owner user part of the LID of whoever stores it
 *  @param mediaKey random when absent */
export function putMedia(
  world: World,
  owner: string,
  kind: string,
  plain: Uint8Array,
  mediaKey?: Uint8Array,
): PutMedia {
  const { bytes, ...said } = sealMedia(kind, plain, mediaKey)
  const { path } = world.media.put(kind, bytes, owner)
  return { ...said, directPath: path, url: `https://${world.mediaHost}${path}` }
}
