import { deviceName } from '../world/address.ts'
import type { World } from '../world/world.ts'
import { MediaRefusal } from './media-refusal.ts'
import { uploader } from './upload.ts'
import type { UploadTarget } from './upload-path.ts'

/** Removes a file of one's own account. Seen in one client, which removes history once it has read it (whatsmeow upload.go DeleteMedia). */
export function deleteFile(world: World, target: UploadTarget, url: URL): { deleted: boolean } {
  const device = uploader(world, url)
  const file = world.media.file(target.hash)
  if (!file) throw new MediaRefusal(404, 'there is no such file')
  if (file.owner !== device.account.lid) throw new MediaRefusal(403, 'the file belongs to somebody else')
  world.media.remove(target.hash)
  world.log.append('media.deleted', { device: deviceName(device), kind: target.kind })
  return { deleted: true }
}
