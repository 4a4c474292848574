import { decodeNode } from '../wire/decode-node.ts'
import { encodeNode } from '../wire/encode-node.ts'
import { frame } from '../wire/frames.ts'
import type { WireNode } from '../wire/node.ts'
import { openGcm, sealGcm } from '../wire/noise-state.ts'

/** Stanzas in sealed frames: what a stream is once the handshake is over. */
export class SecureChannel {
  readonly #receiveKey: Uint8Array
  readonly #sendKey: Uint8Array
  readonly #write: (bytes: Uint8Array) => void
  #received = 0
  #sent = 0

  constructor(keys: { receiveKey: Uint8Array; sendKey: Uint8Array }, write: (bytes: Uint8Array) => void) {
    this.#receiveKey = keys.receiveKey
    this.#sendKey = keys.sendKey
    this.#write = write
  }

  send(node: WireNode): void {
    this.sendPlain(encodeNode(node))
  }

  /** Sends an encoded stanza, or bytes that are none. */
  sendPlain(bytes: Uint8Array): void {
    this.#write(frame(sealGcm(this.#sendKey, this.#sent++, bytes)))
  }

  /** @throws WireError when the frame is forged or holds no stanza. */
  receive(sealed: Uint8Array): WireNode {
    return decodeNode(openGcm(this.#receiveKey, this.#received++, sealed))
  }
}
