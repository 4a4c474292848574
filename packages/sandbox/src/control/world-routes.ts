import { ControlError } from './control-error.ts'
import { streamEvents } from './event-stream.ts'
import type { Route } from './route.ts'

export const worldRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/',
    run: ({ sandbox }) => ({
      socket_url: sandbox.socketUrl,
      media_url: sandbox.origin,
      root_key_hex: sandbox.rootKeyHex,
      gateway_url: sandbox.gatewayUrl ?? null,
    }),
  },
  {
    method: 'GET',
    path: '/events',
    run: ({ sandbox, query, raw, response }) => {
      const after = Number(raw.headers['last-event-id'] ?? query.get('after') ?? query.get('cursor') ?? 0)
      if (!Number.isSafeInteger(after) || after < 0) {
        throw new ControlError(400, 'invalid_request', 'after: must be a cursor, a whole number')
      }
      streamEvents(sandbox.world.log, after, raw, response)
    },
  },
  { method: 'GET', path: '/unhandled', run: ({ sandbox }) => sandbox.unhandled },
  {
    method: 'POST',
    path: '/reset',
    run: async ({ sandbox }) => {
      await sandbox.reset()
      return { reset: true }
    },
  },
]
