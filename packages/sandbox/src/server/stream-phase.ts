import type { WireNode } from '../wire/node.ts'

/** What happens to stanzas after the handshake: a device that is logged in, or a companion that wants to become one. */
export interface StreamPhase {
  take(node: WireNode): void
  /** The socket is gone. */
  closed(): void
}

/** What a phase can do with its socket. */
export interface StreamLink {
  send(node: WireNode): void
  /** Takes and sends nothing more. The socket closes once the client had time to read the last stanza, or at once. */
  close(when?: 'at once'): void
}
