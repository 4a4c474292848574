import { serveThread } from '@switchboard/engine/shards'
import { type BaileysEngineOptions, createBaileysEngine } from '../create-baileys-engine.ts'

// Waits of tests are short, as in sandboxHarness.
serveThread(({ logger, settings }) =>
  createBaileysEngine({ logger, uploadIdleMs: 5000, ...(settings as BaileysEngineOptions | undefined) }),
)
