import { deviceMemory } from '../storage/device-memory.ts'
import type { Services } from './services.ts'

type Parts = Pick<
  Services,
  'database' | 'media' | 'messages' | 'sessions' | 'webhooks' | 'chatwoot' | 'cluster' | 'groupLists'
>

/** Lets a device rest while a task changes what is stored of it behind everybody's back: its connection ends, deliveries end or wait, and nothing of it is in
 *  memory. Then everything is read anew, and it connects again. Who asks for it meanwhile gets `not_ready`. */
export const restDevice = async <Result>(
  { database, media, messages, sessions, webhooks, chatwoot, cluster, groupLists }: Parts,
  deviceId: string,
  task: () => Promise<Result>,
): Promise<Result> => {
  const ids = [deviceId]
  const { connected, comesBack } = sessions.status(deviceId)
  // What waits for a person, or has no link, is not touched: it has no connection that could know anything.
  const moves = connected || comesBack
  return sessions.aside(
    deviceId,
    async () => {
      await chatwoot.leave(ids)
      await messages.leave(ids)
      if (moves) await sessions.leave(ids)
      await webhooks.leave(ids)
      groupLists.forget(deviceId)
      return task()
    },
    async () => {
      deviceMemory(database).forget()
      if (!cluster.own.has(deviceId)) return
      await media.take(ids)
      await messages.take(ids, { connect: moves })
      if (moves) await sessions.take(ids, { connect: true })
      await webhooks.take(ids, { connect: moves })
      await chatwoot.take(ids)
    },
  )
}
