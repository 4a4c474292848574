import type { Engine, EngineThreads, ThreadEndCause } from '../engine.ts'
import type { OpenOptions, Session } from '../session.ts'
import { isFinal } from '../state.ts'
import { Shard } from './shard.ts'
import type { ThreadSettings } from './thread.ts'

export interface ShardOptions extends ThreadSettings {
  /** Does in this thread what needs no session, and has the sessions for which there is no thread. */
  readonly local: Engine
  /** How many threads there may be. */
  readonly most: number
  /** So many open sessions call for one more thread, which takes those that are opened from then on; 0: all threads from the first session on. */
  readonly sessionsEach: number
}

/** An engine that spreads sessions over threads, each with an engine of its own. What a session asks of its host comes back to the thread that opened it;
 *  what comes in is acknowledged when that host has taken it, as with every engine. A thread that crashes ends its own sessions with `connection_lost`. */
export function createShardedEngine(options: ShardOptions): Engine {
  const { local, most, sessionsEach } = options
  const ended: Record<ThreadEndCause, number> = { error: 0, memory: 0, exit: 0, standstill: 0 }
  const shards = Array.from(
    { length: most },
    (_, place) => new Shard(place + 1, options, ({ cause }) => ended[cause]++),
  )
  const here = new LocalSessions(local)
  /** Places in use: threads that were called for once stay. */
  let inUse = sessionsEach === 0 ? most : 0

  const shardFor = (deviceId: string): Shard | undefined => {
    const open = shards.reduce((sum, { load }) => sum + load, here.count)
    if (sessionsEach > 0) inUse = Math.max(inUse, Math.min(most, Math.floor(open / sessionsEach)))
    const former = shards.find((shard) => shard.keeps(deviceId))
    if (former) return former
    const usable = shards.slice(0, inUse)
    const awake = usable.filter(({ rests }) => !rests)
    return (awake.length > 0 ? awake : usable).sort((one, other) => one.load - other.load)[0]
  }

  const own = {
    async open(wanted: OpenOptions): Promise<Session> {
      return (shardFor(wanted.deviceId) ?? here).open(wanted)
    },
    threads: (): EngineThreads => ({ running: shards.filter(({ runs }) => runs).length, ended: { ...ended } }),
    async close(): Promise<void> {
      await Promise.all(shards.map((shard) => shard.end()))
      await local.close()
    },
  }
  // Whatever else an engine does needs no session.
  return Object.assign(Object.create(local), own) as Engine
}

/** Counts the sessions of this thread. */
class LocalSessions {
  readonly #engine: Engine
  readonly #sessions = new Set<Session>()

  constructor(engine: Engine) {
    this.#engine = engine
  }

  get count(): number {
    for (const session of this.#sessions) if (isFinal(session.state)) this.#sessions.delete(session)
    return this.#sessions.size
  }

  async open(options: OpenOptions): Promise<Session> {
    const session = await this.#engine.open(options)
    this.#sessions.add(session)
    return session
  }
}
