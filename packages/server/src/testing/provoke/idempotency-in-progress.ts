import { randomUUID } from 'node:crypto'
import type { Provoke } from '../walk.ts'

/** Two at once under one key, while nothing gets through: one is refused, the other continues. */
export default (async (walk, entry) => {
  const { fault } = walk.gateway.sandbox!
  const partition = await fault.apply({ device: walk.jid, action: { kind: 'partition' } })
  const change = { headers: { 'idempotency-key': randomUUID() } }
  const both = [walk.ask(entry, change), walk.ask(entry, change)]
  const refused = await Promise.race(both)
  fault.cancel(partition!)
  await Promise.all(both)
  return refused
}) satisfies Provoke
