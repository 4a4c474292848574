import type { IncomingHttpHeaders } from 'node:http'
import type { Account } from '../world/account.ts'
import { deviceName } from '../world/address.ts'
import { historyHandle, historyNonce } from '../world/media/history-handle.ts'
import type { World } from '../world/world.ts'
import { MediaRefusal } from './media-refusal.ts'
import { uploader } from './upload.ts'
import type { UploadTarget } from './upload-path.ts'

/** Removes a file of one's own account. Seen in one client, which removes history once it has read it (whatsmeow upload.go DeleteMedia). Who names the file by
 *  its handle shows the nonce of the account, too. */
export function deleteFile(
  world: World,
  target: UploadTarget,
  url: URL,
  headers: IncomingHttpHeaders,
): { deleted: boolean } {
  const device = uploader(world, url)
  const file = world.media.file(target.hash)
  if (!file) throw new MediaRefusal(404, 'there is no such file')
  if (file.owner !== device.account.lid) throw new MediaRefusal(403, 'the file belongs to somebody else')
  const handle = url.searchParams.get('e_handle')
  if (handle !== null) checkHandle(device.account, target.hash, handle, headers['companion_user_secret'])
  world.media.remove(target.hash)
  const proved = handle === null ? {} : { by_handle: true }
  world.log.append('media.deleted', { device: deviceName(device), kind: target.kind, ...proved })
  return { deleted: true }
}

function checkHandle(account: Account, hash: string, handle: string, secret: unknown): void {
  if (handle !== historyHandle(account, hash)) throw new MediaRefusal(403, 'e_handle is not that of the file')
  if (secret !== historyNonce(account)) throw new MediaRefusal(403, 'Companion_User_Secret is not that of the account')
}
