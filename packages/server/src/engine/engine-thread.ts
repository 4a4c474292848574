import { serveThread } from '@switchboard/engine/shards'
import { createBaileysEngine } from '@switchboard/engine-baileys'
import { inSources } from '../observe/source-places.ts'

// What a thread of create-engine.ts runs.
serveThread(({ logger }) => createBaileysEngine({ logger, readTrace: ({ stack = '' }) => inSources(stack) }))
