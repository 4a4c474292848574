import type { Provoke } from '../walk.ts'
import { forNewFile } from '../with-file.ts'

export default (async (walk, entry) => {
  const request = await forNewFile(walk, entry, (phone, id) => phone.media.expire(id))
  return { ...request, query: `${request.query ? `${request.query}&` : '?'}wait_seconds=0` }
}) satisfies Provoke
