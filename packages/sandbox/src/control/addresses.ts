import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'
import type { Sandbox } from '../driver/sandbox.ts'

/** Where clients find a world. With TLS one port answers both: a client without TLS may not trust the authority, and gets the plain addresses. */
export function addressesFor(world: Sandbox, asked: IncomingMessage): { socket_url: string; media_url: string } {
  const { socketUrl, origin } = world
  if (asked.socket instanceof TLSSocket) return { socket_url: socketUrl, media_url: origin }
  return { socket_url: socketUrl.replace(/^wss:/, 'ws:'), media_url: origin.replace(/^https:/, 'http:') }
}
