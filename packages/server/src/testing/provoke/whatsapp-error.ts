import type { Provoke } from '../walk.ts'

/** To link a device and to find the newest version, WhatsApp must be reached; everything else it can refuse. */
export default ((walk, entry) => {
  const { path, auth } = entry.operation
  if (path.startsWith('/devices/me/login')) return { api: walk.unreachable }
  return auth === 'admin' ? { api: walk.cutOff.admin } : walk.whatsAppAnswers(entry, 500)
}) satisfies Provoke
