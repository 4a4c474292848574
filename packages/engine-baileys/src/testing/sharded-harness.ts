import type { Worker } from 'node:worker_threads'
import { createShardedEngine, type ShardOptions } from '@switchboard/engine/shards'
import { createBaileysEngine } from '../create-baileys-engine.ts'
import { type SandboxHarness, sandboxHarness, threaded } from './sandbox-harness.ts'

export interface ShardedHarness extends SandboxHarness {
  /** Threads that run. */
  readonly workers: ReadonlySet<Worker>
}

/** The engine in two threads, in a world of its own. */
export async function shardedHarness(options: Partial<ShardOptions> = {}): Promise<ShardedHarness> {
  const workers = new Set<Worker>()
  const engine = createShardedEngine({
    ...threaded,
    local: createBaileysEngine(),
    most: 2,
    started(worker) {
      workers.add(worker)
      worker.once('exit', () => workers.delete(worker))
    },
    ...options,
  })
  return { ...(await sandboxHarness(engine)), workers }
}
