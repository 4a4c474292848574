import type { Provoke } from '../walk.ts'
import { forNewFile } from '../with-file.ts'

/** To link a device and to find the newest version, WhatsApp must be reached; everything else it can refuse. */
export default ((walk, entry) => {
  const { path, auth } = entry.operation
  if (path.startsWith('/devices/me/login')) return { api: walk.unreachable }
  if (entry.id.startsWith('media.')) {
    const refuse = () => walk.gateway.sandbox!.world.media.downloadFaults.refuseNext(500)
    if (entry.id !== 'media.getThumbnail') return forNewFile(walk, entry, refuse)
    refuse()
    return {}
  }
  return auth === 'admin' ? { api: walk.cutOff.admin } : walk.whatsAppAnswers(entry, 500)
}) satisfies Provoke
