import type { Server as HttpServer } from 'node:http'
import { createServer, type Server, type Socket } from 'node:net'

/** First byte of a TLS handshake record (RFC 8446 §5.1); no HTTP request begins with it. */
const handshakeRecord = 0x16
/** Who has not said anything by then is cut off. */
const firstByteMs = 20_000

/** One port for both: connections that begin with a TLS handshake go to `secure`, all others to `plain`. */
export function createSniffingServer(secure: HttpServer, plain: HttpServer, open: Set<Socket>): Server {
  return createServer({ pauseOnConnect: false }, (socket) => {
    open.add(socket)
    socket.setTimeout(firstByteMs, () => socket.destroy())
    socket.on('error', () => socket.destroy())
    socket.on('close', () => open.delete(socket))
    socket.once('data', (chunk) => {
      socket.pause()
      socket.setTimeout(0)
      socket.removeAllListeners('timeout')
      socket.unshift(chunk)
      ;(chunk[0] === handshakeRecord ? secure : plain).emit('connection', socket)
      process.nextTick(() => socket.resume())
    })
  })
}
