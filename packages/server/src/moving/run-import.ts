import type { LinkReaders, Logger } from '@switchboard/engine'
import type { Config } from '../config/config.ts'
import { openKeyring } from '../gateway/open-keyring.ts'
import { withOwnDatabase } from '../gateway/with-own-database.ts'
import { unlockContent } from '../storage/content/unlock-content.ts'
import type { Database } from '../storage/database.ts'
import { createTokens } from '../tenants/tokens.ts'
import { HandOut } from './hand-out.ts'
import type { ImportWish } from './import-parts.ts'
import { Importer, type ImportOutcome } from './importer.ts'
import { type MovingSource, SourceRefused } from './moving-source.ts'
import { type Place, type SourceName, sources } from './sources/open-source.ts'

export interface ImportRequest extends ImportWish {
  readonly from: SourceName
  readonly place: Place
  /** Also from a source that seems to be in use. */
  readonly force: boolean
}

export interface ImportSurroundings {
  readonly readers: LinkReaders
  readonly log: Logger
  /** A line of the report. */
  readonly say: (line: string) => void
  readonly now?: () => number
}

/** Takes devices of another program into the database of a gateway that does not run. @throws SourceRefused, ConfigError, AppError */
export async function runImport(
  config: Config,
  request: ImportRequest,
  parts: ImportSurroundings,
): Promise<ImportOutcome> {
  const source = await sources[request.from](request.place, parts.readers)
  try {
    await refuseWhileInUse(source, request, parts)
    return await withOwnDatabase(config, (database) => takeOver(source, database, config, request, parts))
  } finally {
    await source.close()
  }
}

/** Two owners would fork every ratchet: what one of them sends, nobody could read. */
async function refuseWhileInUse(
  source: MovingSource,
  { force }: ImportRequest,
  parts: ImportSurroundings,
): Promise<void> {
  const why = await source.inUse()
  if (why === undefined) return
  const words = `The source seems to be in use: ${why}.`
  if (!force)
    throw new SourceRefused(`${words} Stop the program that works with it and wait for a minute, or add --force`)
  parts.say(`${words} It is taken all the same.`)
}

async function takeOver(
  source: MovingSource,
  database: Database,
  config: Config,
  request: ImportRequest,
  { log, say, now = Date.now }: ImportSurroundings,
): Promise<ImportOutcome> {
  const keyring = await openKeyring(config, database, log)
  unlockContent(database, keyring, { isOn: config.storage.sealContent })
  const tokens = createTokens({ secret: config.secrets.jwtSecret, ttlMs: config.tokens.ttlMs, now })
  const handOut = new HandOut(config.storage.dataDir, now())
  const parts = { allowsPrivateWebhooks: config.webhooks.allowPrivateNetworks, handOut, now, say }
  const importer = new Importer(source, { ...parts, database, keyring, tokens }, request)
  const outcome = await importer.run().finally(() => handOut.close())
  const { moved, left } = outcome
  if (!request.write) {
    const next = moved > 0 ? ': add --write to move them' : ''
    say(`${moved} can be moved, ${left} cannot. Nothing was changed${next}.`)
    return outcome
  }
  say(`${moved} moved, ${left} left out.`)
  if (handOut.used)
    say(`Their secrets and tokens, and the API key, are in ${handOut.file}. Hand them out and delete it.`)
  if (moved > 0) say('They do not connect by themselves. See the guide "Moving here" for what comes next.')
  return outcome
}
