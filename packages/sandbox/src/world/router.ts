import type { WireNode } from '../wire/node.ts'
import type { Device } from './account.ts'

/** The server's side of every stanza that a device sends. */
export interface Router {
  /** A stanza from a device, over a socket or from an in-process phone: same rules, same path.
   *  Resolves with the server's answer: ack, iq result or error; undefined when the stanza asks for none. Never rejects for what a client sent. */
  submit(from: Device, node: WireNode): Promise<WireNode | undefined>
}
