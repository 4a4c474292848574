import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Endpoints, Engine } from '@switchboard/engine'
import { Calls } from '../calls/calls.ts'
import { ChannelWatches } from '../channels/channel-watches.ts'
import { ChatList } from '../chats/chat-list.ts'
import { LabelBook } from '../chats/label-book.ts'
import { type Clock, createAgeClock, systemClock } from '../clock.ts'
import type { Config } from '../config/config.ts'
import { createEventLog } from '../eventlog/create-event-log.ts'
import { operations } from '../generated/operations.ts'
import { GroupLists } from '../groups/group-lists.ts'
import { buildServer } from '../http/build-server.ts'
import type { RegisteredOperation } from '../kit/registered.ts'
import { SendLimits } from '../limits/send-limits.ts'
import { LinkPreviews } from '../links/link-previews.ts'
import { createConverter } from '../media/convert/index.ts'
import { createMedia } from '../media/create-media.ts'
import { openOutgoingFiles } from '../media/open-outgoing-files.ts'
import { Spool } from '../media/spool.ts'
import { createMessages } from '../messages/create-messages.ts'
import { createObserver } from '../observe/create-observer.ts'
import { DatabaseWatch } from '../observe/database-watch.ts'
import { HealthRecord } from '../observe/health.ts'
import { createLogger, type RootLogger } from '../observe/logging.ts'
import { createMetrics, type Metrics } from '../observe/metrics.ts'
import { timeDatabase } from '../observe/time-database.ts'
import { Addresses } from '../people/addresses.ts'
import { ContactBook } from '../people/contact-book.ts'
import { Numbers } from '../people/numbers.ts'
import { Usernames } from '../people/usernames.ts'
import { Polls } from '../polls/polls.ts'
import { version } from '../process/version.ts'
import { DueSends } from '../replies/due-sends.ts'
import { createSessions } from '../sessions/create-sessions.ts'
import { CurrentWebVersion } from '../sessions/web-version.ts'
import { Statuses } from '../status/statuses.ts'
import { readBacklog } from '../storage/backlog-store.ts'
import { claimDatabase } from '../storage/claim-database.ts'
import type { Database } from '../storage/database.ts'
import type { DatabaseTarget } from '../storage/open-database.ts'
import { proveWrite } from '../storage/prove-write.ts'
import { createTenants } from '../tenants/create-tenants.ts'
import { createWebhooks } from '../webhooks/create-webhooks.ts'
import { publicLookup } from '../webhooks/public-lookup.ts'
import { listen, urlOf } from './listen.ts'
import { openKeyring } from './open-keyring.ts'
import { openStore } from './open-store.ts'
import type { Services } from './services.ts'
import { Upkeep } from './upkeep.ts'
import { type Patiently, waitFor } from './when-it-answers.ts'

export interface GatewayParts {
  readonly engine: Engine
  /** Real WhatsApp or a sandbox. */
  readonly endpoints: () => Promise<Endpoints>
  /** Nothing can be stored any more: the process should end. */
  readonly onFatal: (error: Error) => void
  readonly log?: RootLogger
  readonly clock?: Clock
  readonly random?: () => number
  /** More operations than the registry has, for tests of the mount. */
  readonly moreOperations?: readonly RegisteredOperation[]
  readonly heartbeatMs?: number
  readonly writeTimeoutMs?: number
}

export interface Gateway {
  /** Where the API is, base path included. */
  readonly url: string
  readonly config: Config
  readonly services: Services
  /** For how long requests are still answered after the order to stop, ms. */
  readonly graceMs: number
  /** Drains and ends everything; every link and everything unsent stays in the database. */
  stop(): Promise<void>
}

const drainMs = 10_000

/** Builds every part over an open database and joins them. */
const build = async (
  config: Config,
  database: Database,
  parts: GatewayParts,
  own: { health: HealthRecord; metrics: Metrics; log: RootLogger; patiently: Patiently },
): Promise<Services> => {
  const { engine, clock = systemClock, random = Math.random } = parts
  const { health, metrics, log, patiently } = own
  const keyring = await patiently(() => openKeyring(config, database, log))
  const eventLog = createEventLog({
    ...{ database, clock, webhooksEnabled: config.webhooks.enabled },
    logged: (type) => metrics.eventLogged(type),
  })
  const observer = createObserver(log, metrics)
  const endpoints = await patiently(parts.endpoints)
  const webVersion = new CurrentWebVersion({
    ...{ engine, endpoints, clock },
    config: config.whatsapp,
    logger: log.child({ part: 'sessions' }),
  })
  const sessions = createSessions({
    ...{ database, engine, keyring, eventLog, config, endpoints, webVersion },
    ...(config.webhooks.allowPrivateNetworks ? {} : { proxyLookup: publicLookup }),
    clock,
    random,
    logger: log.child({ part: 'sessions' }),
    observer: observer.sessions,
    nodeId: randomUUID(),
  })
  const logger = log.child({ part: 'messages' })
  const addresses = new Addresses(database)
  const numbers = new Numbers({ database, addresses, sessions, clock })
  const usernames = new Usernames({ database, addresses, sessions, clock })
  const groupLists = new GroupLists({ clock, keepMs: config.whatsapp.groupListKeepMs })
  const contactBook = new ContactBook({
    ...{ database, sessions, clock },
    onError: (device, err) => log.warn({ device, err }, 'presence could not be subscribed to again'),
  })
  const channelWatches = new ChannelWatches({
    ...{ database, sessions, clock },
    onError: (device, err) => log.warn({ device, err }, 'a channel could not be watched again'),
  })
  const media = await createMedia({
    ...{ database, engine, sessions, eventLog, addresses, config, clock },
    logger: log.child({ part: 'media' }),
  })
  const spoolFolder = path.join(config.storage.dataDir, 'spool')
  const spool = await Spool.open(spoolFolder)
  const converter = createConverter({ folder: spoolFolder, ...config.media })
  const age = createAgeClock(clock)
  const outgoingFiles = await openOutgoingFiles({
    ...{ database, engine, config, spool, converter, age },
    logger: log.child({ part: 'media' }),
  })
  const calls = new Calls({ database, sessions, addresses, eventLog, clock, logger: log.child({ part: 'calls' }) })
  const sendLimits = new SendLimits({ database, sessions, clock })
  const messages = createMessages({
    media,
    limits: sendLimits,
    files: outgoingFiles,
    otherEffect(deviceId, effect) {
      if (effect.kind === 'group_changed') groupLists.forget(deviceId)
      if (effect.kind === 'call_to_reject') calls.due(deviceId, effect.callId)
      if (effect.kind === 'sends_due') dueSends.run(deviceId)
    },
    otherOpened(deviceId) {
      contactBook.opened(deviceId)
      channelWatches.opened(deviceId)
      calls.opened(deviceId)
      dueSends.run(deviceId)
    },
    otherLoggedOut: (deviceId) => dueSends.forget(deviceId),
    ...{ database, engine, addresses, numbers, usernames, sessions, eventLog, config, clock, random, logger },
    observer: observer.sends,
  })
  const dueSends = new DueSends({ database, messages, logger })
  const webhooks = createWebhooks({
    database,
    eventLog,
    keyring,
    config,
    clock,
    log: log.child({ part: 'webhooks' }),
    observer: observer.webhooks,
  })
  const tenants = await patiently(() =>
    createTenants({ database, keyring, secrets: config.secrets, tokens: config.tokens, clock }),
  )
  metrics.askFrom({ sessions: () => sessions.counts(), backlog: () => readBacklog(database), now: () => clock.now() })
  return {
    config,
    clock,
    age,
    health,
    metrics,
    database,
    engine,
    spool,
    converter,
    linkPreviews: new LinkPreviews({
      ...{ config, spool, converter, sessions, clock },
      logger: log.child({ part: 'links' }),
    }),
    outgoingFiles,
    tenants,
    sessions,
    webVersion,
    addresses,
    numbers,
    usernames,
    media,
    messages,
    sendLimits,
    chatList: new ChatList({ database, sessions, addresses, messages, clock }),
    labelBook: new LabelBook(database),
    calls,
    polls: new Polls({ database, sessions, addresses, messages, clock }),
    groupLists,
    contactBook,
    channelWatches,
    statuses: new Statuses({ database, messages, sessions, addresses, contactBook, clock }),
    eventLog,
    webhooks,
  }
}

/** Starts a gateway in this process. The listener opens first, so that probes get an answer while the database is brought up to date;
 *  resolves when requests are taken. Devices connect after that, at their own pace. */
export const startGateway = async (config: Config, parts: GatewayParts): Promise<Gateway> => {
  const log = parts.log ?? createLogger(config)
  const health = new HealthRecord(version)
  const metrics = createMetrics({ version, database: config.storage.type })
  const draining = new AbortController()
  let services: Services | undefined
  const app = await buildServer({
    config,
    health,
    metrics,
    log: log.child({ part: 'http' }),
    services: () => services,
    operations: [...operations, ...(parts.moreOperations ?? [])],
    draining: draining.signal,
    ...(parts.heartbeatMs && { heartbeatMs: parts.heartbeatMs }),
    ...(parts.writeTimeoutMs && { writeTimeoutMs: parts.writeTimeoutMs }),
  })
  await listen(app, config)
  const { type, uri } = config.storage
  const target: DatabaseTarget = type === 'sqlite' ? { type, file: uri } : { type, uri }
  const patiently = waitFor(target, health, log)
  let database: Database | undefined
  let release = async (): Promise<void> => {}
  try {
    const open = await patiently(() => openStore(target, { onFatal: parts.onFatal }))
    database = open
    const watch = new DatabaseWatch(log)
    timeDatabase(open, metrics, {
      worked: () => watch.worked(),
      failed(error) {
        health.changeFailed()
        watch.failed(error)
      },
    })
    let waited = false
    const waits = (): void => {
      waited = true
      health.waitFor('Another gateway uses the database; this one takes over when it ends')
      log.warn('another gateway uses this database: this one waits and takes over when it ends')
    }
    release = await patiently(() => claimDatabase(target, { waits, lost: parts.onFatal }))
    health.phase = 'starting'
    log.info({ database: type }, waited ? 'this gateway takes the database over' : 'this gateway has the database')
    const built = await build(config, open, parts, { health, metrics, log, patiently })
    health.askStorage({ read: () => open.ping(), write: () => proveWrite(open, built.clock.now()) })
    // Before anybody may ask: what was left unsent, and which devices are linked.
    await patiently(() => built.messages.start())
    await patiently(() => built.media.start())
    await patiently(() => built.webhooks.start())
    await built.sessions.start()
    built.outgoingFiles.start()
    services = built
  } catch (error) {
    metrics.stop()
    await app.close()
    await database?.close()
    await release()
    await parts.engine.close()
    throw error
  }
  const ready = services
  health.phase = 'ready'
  const upkeep = new Upkeep({ database: ready.database, media: ready.media, config, log, age: ready.age })
  upkeep.start()
  ready.webVersion.start()

  let stopped: Promise<void> | undefined
  const stop = async (): Promise<void> => {
    const begun = performance.now()
    const { shutdownGraceMs } = config.http
    if (shutdownGraceMs > 0) {
      health.phase = 'leaving'
      log.info({ ms: shutdownGraceMs }, 'leaving: not ready any more, requests are still answered')
      await sleep(shutdownGraceMs)
    }
    health.phase = 'draining'
    log.info('draining: what runs is finished, every link is kept')
    await upkeep.stop()
    ready.webVersion.stop()
    ready.channelWatches.stop()
    draining.abort()
    // Sends that only wait for their turn stay queued in the database; what is being written gets the time of the drain.
    await ready.messages.stop()
    await ready.media.stop()
    await ready.sessions.drain(drainMs)
    await ready.webhooks.stop(drainMs / 2)
    // Answers that are being written get a moment; idle keep-alive connections end at once.
    const impatience = setTimeout(() => app.server.closeAllConnections(), 2_000)
    await app.close()
    clearTimeout(impatience)
    await ready.linkPreviews.close()
    await ready.outgoingFiles.stop()
    await ready.converter.close()
    await parts.engine.close()
    await ready.database.close()
    await release()
    metrics.stop()
    log.info({ ms: Math.round(performance.now() - begun) }, 'drained')
  }
  return {
    url: urlOf(app, config),
    config,
    graceMs: config.http.shutdownGraceMs,
    services: ready,
    stop: () => {
      stopped ??= stop()
      return stopped
    },
  }
}
