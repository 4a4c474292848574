import type { Engine } from '@switchboard/engine'
import { systemClock } from '../../clock.ts'
import { allDevices } from '../../cluster/all-devices.ts'
import { readConfig } from '../../config/read-config.ts'
import { createEventLog } from '../../eventlog/create-event-log.ts'
import { createLogger } from '../../observe/logging.ts'
import { noObserver } from '../../observe/observer.ts'
import type { Database } from '../../storage/database.ts'
import type { Keyring } from '../../storage/sealing/keyring.ts'
import { createSessions } from '../create-sessions.ts'
import type { Sessions } from '../sessions.ts'

/** The owner of every connection over an engine of a test, with a listener that does nothing. */
export function sessionsOf(
  engine: Engine,
  { database, keyring }: { database: Database; keyring: Keyring },
  variables: Readonly<Record<string, string>>,
): Sessions {
  const sessions = createSessions({
    ...{ database, engine, keyring },
    eventLog: createEventLog({ database }),
    config: readConfig(variables),
    endpoints: { socketUrl: 'ws://127.0.0.1:9', noiseRoot: new Uint8Array(32) },
    clock: systemClock,
    random: Math.random,
    logger: createLogger({ log: { level: 'silent', format: 'json' } }),
    own: allDevices(database, 'test'),
    observer: noObserver.sessions,
    webVersion: { version: [2, 3000, 0], replaces: async () => false },
  })
  sessions.listen({
    planInbound: () => ({ statements: [], events: [] }),
    opened: () => {},
    banned: () => {},
    loggedOut: () => {},
    sentMessage: async () => undefined,
  })
  return sessions
}
