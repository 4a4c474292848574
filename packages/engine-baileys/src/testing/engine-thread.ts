import { serveThread } from '@switchboard/engine/shards'
import { createBaileysEngine } from '../create-baileys-engine.ts'

// Waits of tests are short, as in sandboxHarness.
serveThread(({ logger }) => createBaileysEngine({ logger, uploadIdleMs: 5000 }))
