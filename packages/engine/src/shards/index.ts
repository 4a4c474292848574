export { createShardedEngine, type ShardOptions } from './create-sharded-engine.ts'
export type { LogLevel } from './orders.ts'
export { serveThread, type ThreadParts } from './serve-thread.ts'
export type { ThreadSettings } from './thread.ts'
