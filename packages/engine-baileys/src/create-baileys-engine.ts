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
import type { Connect } from './link/connection.ts'
import { newestWebVersion } from './link/newest-web-version.ts'
import { connect } from './link/own-connection.ts'
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
  /** The link to WhatsApp: our own, or the protocol library's, which is loaded only then. Default own. */
  readonly link?: 'own' | 'baileys'
  /** The machine's by default. */
  readonly clock?: Clock
  /** The trace of an error with the names of source files, where the code was compiled into others. */
  readonly readTrace?: (error: Error) => string
}

/** The link of an engine. That of the library is loaded when it is first needed: it takes its time, and much memory. */
const connectBy = async (link: BaileysEngineOptions['link']): Promise<Connect> => {
  if (link !== 'baileys') return connect
  return (await import('./link/library/library-connection.ts')).connect
}

/** The engine that speaks WhatsApp's web protocol as the protocol library baileys does, on a link of its own or on that library's. */
export function createBaileysEngine(options: BaileysEngineOptions = {}): Engine {
  const logger = options.logger ?? silentLogger
  const caches = createSharedCaches(options.cacheEntries ?? 20_000)
  const preKeys = new PreKeyPool()
  const { uploadIdleMs = 60_000, clock = systemClock } = options
  const release = containRejections(logger, options.readTrace)
  return {
    name: 'baileys',
    open: async (open) =>
      BaileysSession.open(open, { caches, preKeys, logger, clock, uploadIdleMs }, await connectBy(options.link)),
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
