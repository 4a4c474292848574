import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below the ports that systems hand out by themselves: nobody gets one of these by chance while its process is between two lives. */
const [lowest, highest] = [20_000, 30_000]

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer().listen(port, '127.0.0.1')
  const free = await once(server, 'listening').then(
    () => true,
    () => false,
  )
  if (free) await once(server.close(), 'close')
  return free
}

/** A loopback port that is free now, for processes that must come back on the same one. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest))
    if (await isFree(port)) return port
  }
}
