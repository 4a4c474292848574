import { serveThread } from '@switchboard/engine/shards'
import { createBaileysEngine } from '@switchboard/engine-baileys'
import { inSources } from '../observe/source-places.ts'
import type { ThreadSettings } from './create-engine.ts'

// What a thread of create-engine.ts runs.
serveThread(({ logger, settings }) =>
  createBaileysEngine({ logger, readTrace: ({ stack = '' }) => inSources(stack), ...(settings as ThreadSettings) }),
)
