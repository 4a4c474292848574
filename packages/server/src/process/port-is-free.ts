import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

const patienceMs = 5_000
const pauseMs = 100

const tryPort = async (host: string, port: number): Promise<void> => {
  const probe = createServer().listen({ host, port, exclusive: true })
  await once(probe, 'listening')
  probe.close()
  await once(probe, 'close')
}

/** Resolves when the port can be listened on. Waits a while for it: the process before this one may still be ending. @throws EADDRINUSE */
export const portIsFree = async (host: string, port: number): Promise<void> => {
  const deadline = performance.now() + patienceMs
  while (port !== 0) {
    try {
      return await tryPort(host, port)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || performance.now() > deadline) throw error
      await wait(pauseMs)
    }
  }
}
