import { availableParallelism } from 'node:os'
import type { Worker } from 'node:worker_threads'
import type { Clock, Engine } from '@switchboard/engine'
import { createShardedEngine } from '@switchboard/engine/shards'
import { type BaileysEngineOptions, createBaileysEngine } from '@switchboard/engine-baileys'
import type { Config } from '../config/config.ts'
import type { RootLogger } from '../observe/logging.ts'
import { inSources } from '../observe/source-places.ts'
import { threadsFor } from './threads-for.ts'

/** What an engine is made with in every thread. */
export type ThreadSettings = Pick<BaileysEngineOptions, 'link'>

interface EngineParts {
  readonly log: RootLogger
  readonly clock?: Clock
  /** Gets each thread of the engine when it was started. */
  readonly started?: (worker: Worker) => void
}

/** The engine that ships, in as many threads as the configuration says. */
export function createEngine(config: Pick<Config, 'whatsapp' | 'watchdog' | 'log'>, parts: EngineParts): Engine {
  const { log, clock, started } = parts
  const logLevel = config.log.level === 'silent' ? 'silent' : config.whatsapp.logLevel
  const logger = log.child({ part: 'whatsapp' }, { level: logLevel })
  const readTrace = ({ stack = '' }: Error) => inSources(stack)
  const settings: ThreadSettings = { link: config.whatsapp.link }
  const local = createBaileysEngine({ logger, readTrace, ...settings, ...(clock && { clock }) })
  const rule = threadsFor(config.whatsapp.engineThreads, availableParallelism())
  if (rule.most === 0) return local
  return createShardedEngine({
    ...{ local, logger, logLevel, settings, ...rule },
    entry: new URL('./engine-thread.ts', import.meta.url),
    standstillMs: config.watchdog.limitMs,
    ...(started && { started }),
  })
}
