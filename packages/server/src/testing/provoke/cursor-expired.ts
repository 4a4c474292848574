import { pruneEvents } from '../../storage/event-retention.ts'
import type { Provoke } from '../walk.ts'

export default (async ({ gateway, mine }) => {
  const { eventLog, database } = gateway.services
  const tick = { type: 'message.read', payload: {} }
  await eventLog.append(mine.device.id, [tick, tick, tick])
  await pruneEvents(database, Date.now() + 1)
  return { query: '?after=1' }
}) satisfies Provoke
