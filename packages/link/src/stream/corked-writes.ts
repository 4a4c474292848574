import type { Duplex } from 'node:stream'

const corked = new Set<Duplex>()

/** Holds what is written to a socket until the event loop has dealt with what came in: the frames of one turn leave in one write. */
export function corkForThisTurn(socket: Duplex): void {
  if (corked.has(socket)) return
  if (corked.size === 0) setImmediate(release)
  corked.add(socket)
  socket.cork()
}

function release(): void {
  for (const socket of corked) socket.uncork()
  corked.clear()
}
