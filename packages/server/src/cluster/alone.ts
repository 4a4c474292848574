import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../storage/database.ts'
import { NodeStore } from '../storage/node-store.ts'

const retryMs = 500

/** Whether gateways work with the database together just now, so that none may have it to itself. */
const nodesAreAlive = async (database: Database): Promise<boolean> => {
  if (database.dialect === 'sqlite') return false
  return (await new NodeStore(database).roll()).live.length > 0
}

interface Claiming {
  /** Resolves when no other gateway that is alone has the database, to what gives it back. */
  readonly claim: () => Promise<() => Promise<void>>
  readonly database: Database
  /** Called once when others work with it together. */
  readonly waits: () => void
}

/** Resolves when this gateway is the only one that works with the database, to what gives it back. */
export const claimAlone = async ({ claim, database, waits }: Claiming): Promise<() => Promise<void>> => {
  for (let attempt = 0; ; attempt++) {
    const release = await claim()
    if (!(await nodesAreAlive(database))) return release
    await release()
    if (attempt === 0) waits()
    await sleep(retryMs)
  }
}
