import { setTimeout as sleep } from 'node:timers/promises'
import { errors, type NatsConnection, type Status } from '@nats-io/transport-node'
import { ConfigError } from '../../config/config-error.ts'

/** One of each kind of subject that nodes use. */
const subjects = ['wa.permission', '_INBOX.permission']
const answerMs = 5_000

/** Says and hears something on each kind of subject: otherwise what a user may not do would be noticed only by requests that wait for an answer.
 *  @throws ConfigError */
export const provePermissions = async (connection: NatsConnection): Promise<void> => {
  const denied = new Set<string>()
  const statuses = connection.status() as AsyncIterable<Status> & { stop(): void }
  const listening = (async () => {
    for await (const status of statuses) {
      const error = status.type === 'error' ? status.error : undefined
      if (error instanceof errors.PermissionViolationError) denied.add(`${error.operation} ${error.subject}`)
    }
  })()
  const heard = subjects.map((subject) => connection.subscribe(subject, { callback: () => {} }))
  for (const subject of subjects) connection.publish(subject)
  // The server answers in order: what it refuses comes before this. One that falls silent just now is noticed later.
  await Promise.race([connection.flush().catch(() => {}), sleep(answerMs, undefined, { ref: false })])
  for (const each of heard) each.unsubscribe()
  statuses.stop()
  await listening
  if (denied.size === 0) return
  await connection.close()
  throw new ConfigError(
    `SWITCHBOARD_NATS_URL: the server lets this user not do what nodes do (${[...denied].sort().join(', ')}); allowed is a user that may publish to and subscribe to wa.> and _INBOX.>`,
  )
}
