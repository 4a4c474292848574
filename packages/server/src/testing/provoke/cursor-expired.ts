import { pruneEvents } from '../../storage/event-retention.ts'
import { pruneKeyLogs } from '../../storage/key-log-store.ts'
import type { Provoke } from '../walk.ts'

export default (async ({ gateway, mine }) => {
  const { eventLog, database } = gateway.services
  const tick = { type: 'message.read', payload: {} }
  await eventLog.append(mine.device.id, [tick, tick, tick])
  await mine.key.api.get('/events')
  await pruneEvents(database, Date.now() + 1)
  await pruneKeyLogs(database)
  return { query: '?after=1' }
}) satisfies Provoke
