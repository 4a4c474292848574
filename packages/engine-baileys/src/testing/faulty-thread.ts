import { type Engine, systemClock } from '@switchboard/engine'
import { serveThread } from '@switchboard/engine/shards'
import { createBaileysEngine } from '../create-baileys-engine.ts'

const hoard: unknown[] = []

/** What can happen to a thread, by the client name of the session that is opened. */
const faults: Record<string, () => void> = {
  throws: () => {
    throw new Error('a fault that nothing catches')
  },
  exits: () => process.exit(7),
  loops: () => {
    for (;;) systemClock.now()
  },
  hoards: () => {
    for (;;) hoard.push(new Array(100_000).fill(hoard.length))
  },
}

/** The engine with a fault that a test sets off: after the session is open, as if that had caused it. */
serveThread(({ logger }): Engine => {
  const engine = createBaileysEngine({ logger })
  return {
    ...engine,
    async open(options) {
      const session = await engine.open(options)
      const fault = faults[options.clientName]
      if (fault) setTimeout(fault, 50)
      return session
    },
  }
})
