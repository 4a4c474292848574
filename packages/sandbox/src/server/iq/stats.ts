import type { IqNamespace } from './iq-handler.ts'

/** Telemetry: taken and thrown away. One client (baileys socket.js sendWAMBuffer, which sends no type). */
export const stats: IqNamespace = {
  xmlns: 'w:stats',
  handlers: { 'set add': () => undefined, 'get add': () => undefined },
}
