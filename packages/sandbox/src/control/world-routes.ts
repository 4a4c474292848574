import { addressesFor } from './addresses.ts'
import { ControlError } from './control-error.ts'
import { streamEvents } from './event-stream.ts'
import type { Route } from './route.ts'

export const worldRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/',
    summary: 'Says where everything is and which key clients must trust',
    answer:
      '`{socket_url, media_url, root_key_hex, gateway_url}`, and `ca_certificate_pem` with TLS. Over TLS, these are the addresses for TLS',
    run: ({ sandbox, raw }) => ({
      ...addressesFor(sandbox, raw),
      root_key_hex: sandbox.rootKeyHex,
      gateway_url: sandbox.gatewayUrl ?? null,
      ...(sandbox.caCertificatePem ? { ca_certificate_pem: sandbox.caCertificatePem } : {}),
    }),
  },
  {
    method: 'GET',
    path: '/events',
    summary:
      'Streams what happens in the world, as server-sent events: those after the cursor that are still held, then those to come',
    query: { after: 'Cursor after which to begin; also taken from the `Last-Event-ID` header. 0 when absent' },
    answer: 'events with `id: <cursor>`, `event: <type>` and `data: {cursor, type, at, data}`',
    run: ({ sandbox, query, raw, response }) => {
      const after = Number(raw.headers['last-event-id'] ?? query.get('after') ?? query.get('cursor') ?? 0)
      if (!Number.isSafeInteger(after) || after < 0) {
        throw new ControlError(400, 'invalid_request', 'after: must be a cursor, a whole number')
      }
      const { cursor } = sandbox.world.log
      // A reader of an earlier world would wait for numbers that come again for other events.
      if (after > cursor) throw new ControlError(409, 'cursor_ahead', `after: the newest cursor is ${cursor}`)
      return streamEvents(sandbox.world.log, after, response)
    },
  },
  {
    method: 'GET',
    path: '/unhandled',
    summary: 'Lists what clients sent that this world has no answer for; it should be empty',
    answer: '`[{what, count, device}]`',
    run: ({ sandbox }) => sandbox.unhandled,
  },
  {
    method: 'POST',
    path: '/reset',
    summary: 'Removes every person; linked clients are logged out. The keys that clients trust stay',
    answer: '`{reset: true}`',
    run: async ({ sandbox }) => {
      await sandbox.reset()
      return { reset: true }
    },
  },
]
