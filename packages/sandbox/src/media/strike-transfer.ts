import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { finished } from 'node:stream/promises'
import type { TransferFault } from '../world/media/transfer-faults.ts'
import { MediaRefusal } from './media-refusal.ts'

/** Ends the connection as a host that fails: the client sees a reset. */
export function resetConnection({ socket }: IncomingMessage): void {
  // TLS sockets have no reset of their own.
  if ('resetAndDestroy' in socket && !('encrypted' in socket)) socket.resetAndDestroy()
  else socket.destroy()
}

/** What strikes a transfer before a byte of the file has moved. @throws MediaRefusal when that is the end of it */
export async function strikeAtStart(fault: TransferFault | undefined, request: IncomingMessage): Promise<void> {
  if (fault?.kind === 'refuse') {
    // A connection that is closed with something unread is reset, and who still writes may miss the answer.
    await finished(request.resume()).catch(() => undefined)
    throw new MediaRefusal(fault.status, 'refused on command')
  }
  if (fault?.kind !== 'silence') return
  if (!request.socket.destroyed) await once(request.socket, 'close')
  throw new MediaRefusal(400, 'the client gave up')
}
