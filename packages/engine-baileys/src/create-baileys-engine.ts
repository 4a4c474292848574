import { type Clock, type Engine, type Logger, silentLogger, systemClock } from '@switchboard/engine'
import { composeMessage } from './content/compose.ts'
import { describeMessage } from './content/describe.ts'
import { filesOf } from './content/media-files.ts'
import { mediaIn, withFile } from './content/message-file.ts'
import { openSealed } from './content/open-sealed.ts'
import { openVote } from './content/poll-vote.ts'
import { PreKeyPool } from './credentials/pre-key-pool.ts'
import { isLinked } from './credentials/stored-at-start.ts'
import { BaileysSession } from './link/baileys-session.ts'
import { newestWebVersion } from './link/newest-web-version.ts'
import { openMediaRetry } from './media/media-retry.ts'
import { containRejections } from './shared/contain-rejections.ts'
import { newMessageId } from './shared/new-message-id.ts'
import { createSharedCaches } from './shared/shared-caches.ts'
import { webVersion } from './whatsapp-endpoints.ts'

export interface BaileysEngineOptions {
  /** Silent by default. Gets no message contents and no keys. */
  readonly logger?: Logger
  /** Entries in each of the caches that sessions share: one for each ratchet in use is best. Default 20 000. */
  readonly cacheEntries?: number
  /** After so long without a byte in either direction, a media host that is uploaded to is given up. Default 60 000. */
  readonly uploadIdleMs?: number
  /** The machine's by default. */
  readonly clock?: Clock
  /** The trace of an error with the names of source files, where the code was compiled into others. */
  readonly readTrace?: (error: Error) => string
}

/** The engine on the protocol library baileys, hardened: what it skips (signatures, durability, order) is done here. */
export function createBaileysEngine(options: BaileysEngineOptions = {}): Engine {
  const logger = options.logger ?? silentLogger
  const caches = createSharedCaches(options.cacheEntries ?? 20_000)
  const preKeys = new PreKeyPool()
  const { uploadIdleMs = 60_000, clock = systemClock } = options
  const release = containRejections(logger, options.readTrace)
  return {
    name: 'baileys',
    open: (open) => BaileysSession.open(open, { caches, preKeys, logger, clock, uploadIdleMs }),
    isLinked,
    newMessageId,
    webVersion,
    newestWebVersion,
    compose: composeMessage,
    describe: describeMessage,
    mediaIn,
    withFile,
    files: filesOf,
    openVote,
    openSealed,
    openMediaRetry,
    async close() {
      release()
      await preKeys.close()
    },
  }
}
