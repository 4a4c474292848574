import type { Provoke } from '../walk.ts'

/** To link a device, WhatsApp must be reached; everything else it can refuse. */
export default ((walk, entry) =>
  entry.operation.path.startsWith('/devices/me/login')
    ? { api: walk.unreachable }
    : walk.whatsAppAnswers(entry, 500)) satisfies Provoke
