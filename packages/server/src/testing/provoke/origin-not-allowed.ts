import { isSocket } from '../../kit/registered.ts'
import type { Provoke } from '../walk.ts'

/** The gateway that is cut off lets no page of this origin open a WebSocket; and a session is for pages of the gateway itself. */
export default (async ({ cutOff, mine }, { operation }, as) => {
  if (!isSocket(operation)) return { api: mine.session.with({ origin: 'https://elsewhere.example' }) }
  const key = await cutOff.createKey()
  const { api } = as === 'api_key' ? key : await cutOff.createDevice(key.key)
  return { api: api.with({ origin: 'https://elsewhere.example' }) }
}) satisfies Provoke
