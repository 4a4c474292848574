import { EngineError } from '@switchboard/engine'
import { encodeStanza } from '@switchboard/link'
import type { BinaryNode, WASocket } from 'baileys'
import type { Wire } from '../wire/wire.ts'

/** The stream of a library socket. */
export function makeWire(sock: WASocket): Wire {
  return {
    send: (stanza) => sock.sendRawMessage(encodeStanza(stanza)),
    async query(node, timeoutMs) {
      if (!sock.ws.isOpen) throw new EngineError('closed', 'the connection is closed')
      const answer: BinaryNode | undefined = await sock.query(node, timeoutMs).catch((error: unknown) => {
        throw toEngineError(error)
      })
      // The library answers a time-out with nothing.
      if (!answer) throw new EngineError('timeout', 'WhatsApp did not answer in time')
      return answer
    },
    get isOpen() {
      return sock.ws.isOpen
    },
  }
}

/** A library error as the port's. */
export function toEngineError(error: unknown): EngineError {
  if (error instanceof EngineError) return error
  const { output, data } = error as { output?: { statusCode?: number }; data?: unknown }
  const message = error instanceof Error ? error.message : String(error)
  if (output?.statusCode === 428) return new EngineError('closed', 'the connection is closed', { cause: error })
  if (output?.statusCode === 408) return new EngineError('timeout', 'WhatsApp did not answer in time', { cause: error })
  if (typeof data === 'number') return new EngineError('refused', message, { remoteCode: data, cause: error })
  return new EngineError('closed', message, { cause: error })
}
