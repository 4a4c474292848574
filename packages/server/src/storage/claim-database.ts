import { setTimeout as sleep } from 'node:timers/promises'
import { claimSqlite } from './dialects/sqlite/claim-sqlite.ts'
import type { DatabaseTarget } from './open-database.ts'

export interface ClaimOptions {
  /** Called once when another gateway uses the database, before waiting for it. */
  readonly waits?: () => void
  /** Another gateway took the database over after a long loss of connection: this one must end. */
  readonly lost?: (error: Error) => void
}

const retryMs = 250

/** Takes the database over, unless somebody else has it. */
export async function tryToClaim(
  target: DatabaseTarget,
  lost: (error: Error) => void = () => {},
): Promise<(() => Promise<void>) | undefined> {
  if (target.type === 'postgres') {
    const { claimPostgres } = await import('./dialects/postgres/claim-postgres.ts')
    return claimPostgres(target.uri, lost)
  }
  const release = claimSqlite(target.file)
  return release && (async () => release())
}

/** Resolves when this gateway is the only one that uses the database, which lasts until the returned function is called or the process dies, however it does.
 *  Two at once would deliver webhooks twice, answer from what the other changed, and fight for sessions; one that waits takes over when the first ends. */
export async function claimDatabase(
  target: DatabaseTarget,
  { waits, lost }: ClaimOptions = {},
): Promise<() => Promise<void>> {
  for (let attempt = 0; ; attempt++) {
    const release = await tryToClaim(target, lost)
    if (release) return release
    if (attempt === 0) waits?.()
    await sleep(retryMs)
  }
}
