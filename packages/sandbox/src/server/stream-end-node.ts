import type { WireNode } from '../wire/node.ts'
import type { StreamEnd } from '../world/stream-end.ts'

/** The stanza with which the server says why it ends a stream. Seen in two clients (whatsmeow connectionevents.go, baileys socket.js). */
export function streamEndNode(end: StreamEnd): WireNode | undefined {
  switch (end.kind) {
    case 'code':
      return { tag: 'stream:error', attrs: { code: String(end.code) } }
    case 'replaced':
      return { tag: 'stream:error', attrs: {}, content: [{ tag: 'conflict', attrs: { type: 'replaced' } }] }
    case 'removed':
      return {
        tag: 'stream:error',
        attrs: { code: '401' },
        content: [{ tag: 'conflict', attrs: { type: 'device_removed' } }],
      }
    case 'close':
      return undefined
  }
}
