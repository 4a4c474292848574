import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '../clock.ts'
import { allDevices } from '../cluster/all-devices.ts'
import { claimAlone } from '../cluster/alone.ts'
import type { Bus } from '../cluster/bus/bus.ts'
import { BusNews } from '../cluster/bus-news.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { ClusterNode } from '../cluster/cluster-node.ts'
import { LocalNews } from '../cluster/local-news.ts'
import { nodeUrlOf } from '../cluster/node-url.ts'
import { openBus } from '../cluster/open-bus.ts'
import { Owners } from '../cluster/owners.ts'
import { Peers } from '../cluster/peers.ts'
import type { Config } from '../config/config.ts'
import { routes } from '../generated/routes.ts'
import { buildServer } from '../http/build-server.ts'
import { type RegisteredOperation, routeOf } from '../kit/registered.ts'
import { DatabaseWatch } from '../observe/database-watch.ts'
import { HealthRecord } from '../observe/health.ts'
import { createLogger, type RootLogger } from '../observe/logging.ts'
import { createMetrics } from '../observe/metrics.ts'
import { timeDatabase } from '../observe/time-database.ts'
import { version } from '../process/version.ts'
import type { Database } from '../storage/database.ts'
import type { ThreadGuest } from '../storage/dialects/sqlite/protocol.ts'
import type { DatabaseTarget } from '../storage/open-database.ts'
import { proveWrite } from '../storage/prove-write.ts'
import { buildServices, type ServiceParts } from './build-services.ts'
import { ContentKeeper } from './content-keeper.ts'
import { deviceWork } from './device-work.ts'
import { listen, portOf, urlOf } from './listen.ts'
import { claimStore, openStore } from './open-store.ts'
import type { Services } from './services.ts'
import { Upkeep } from './upkeep.ts'
import { waitFor } from './when-it-answers.ts'

export interface GatewayParts extends ServiceParts {
  /** Nothing can be stored any more: the process should end. */
  readonly onFatal: (error: Error) => void
  readonly log?: RootLogger
  /** Lives in SQLite's thread. */
  readonly guest?: ThreadGuest
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
  /** How many units the database has taken. */
  changes(): number
  /** Drains and ends everything; every link and everything unsent stays in the database. */
  stop(): Promise<void>
}

const drainMs = 10_000

/** Starts a gateway in this process. The listener opens first, so that probes get an answer while the database is brought up to date;
 *  resolves when requests are taken. Devices connect after that, at their own pace. */
export const startGateway = async (config: Config, parts: GatewayParts): Promise<Gateway> => {
  const log = parts.log ?? createLogger(config)
  const { onFatal, guest } = parts
  const health = new HealthRecord(version)
  const metrics = createMetrics({ version, database: config.storage.type, shared: config.cluster !== undefined })
  const draining = new AbortController()
  let services: Services | undefined
  const app = await buildServer({
    config,
    health,
    metrics,
    log: log.child({ part: 'http' }),
    services: () => services,
    routes: [...routes, ...(parts.moreOperations ?? []).map(routeOf)],
    draining: draining.signal,
    ...(parts.heartbeatMs && { heartbeatMs: parts.heartbeatMs }),
    ...(parts.writeTimeoutMs && { writeTimeoutMs: parts.writeTimeoutMs }),
  })
  await listen(app, config)
  const { type, uri } = config.storage
  const target: DatabaseTarget = type === 'sqlite' ? { type, file: uri } : { type, uri }
  const patiently = waitFor(target, health, log)
  let database: Database | undefined
  let bus: Bus | undefined
  let changes = 0
  let node: ClusterNode | undefined
  let release = async (): Promise<void> => {}
  try {
    let waited = false
    const waits = (): void => {
      waited = true
      health.waitFor('Another gateway uses the database; this one takes over when it ends')
      log.warn('another gateway uses this database: this one waits and takes over when it ends')
    }
    const claim = () => patiently(() => claimStore(target, { waits, lost: onFatal }))
    // What a gateway before left in the log of its units is applied when the file is opened: none may be at work in it then.
    if (type === 'sqlite') release = await claim()
    const onIncomplete = (): void =>
      log.warn(
        'the last changes of the database are missing: it is a copy of a running gateway, or its -units file is gone. Link each device again',
      )
    const open = await patiently(() => openStore(target, { onFatal, onIncomplete, ...(guest && { guest }) }))
    database = open
    const watch = new DatabaseWatch(log)
    timeDatabase(open, metrics, {
      worked() {
        changes++
        watch.worked()
      },
      failed(error) {
        health.changeFailed()
        watch.failed(error)
      },
    })
    const nodeId = randomUUID()
    const ways = await openBus(config, {
      nodeId,
      log: log.child({ part: 'bus' }),
      changed(isThere) {
        health.bus = isThere ? 'ok' : 'away'
        metrics.busChanged(isThere)
      },
    })
    const { seal } = ways
    bus = ways.bus
    const news = bus ? new BusNews(bus) : new LocalNews()
    const url = config.cluster?.nodeUrl ?? nodeUrlOf({ address: config.http.address, port: portOf(app, config) })
    if (config.cluster) {
      node = new ClusterNode({
        ...{ database: open, clock: parts.clock ?? systemClock, nodeId, url, version, news },
        logger: log.child({ part: 'cluster' }),
        sharedDir: config.storage.sharedDir,
      })
      const joining = node
      await patiently(() => joining.join(waits))
    } else if (type === 'postgres') {
      release = await patiently(() => claimAlone({ claim, database: open, waits }))
    }
    health.phase = 'starting'
    if (node) log.info({ node: nodeId, url }, 'this gateway works with others')
    else log.info({ database: type }, waited ? 'this gateway takes the database over' : 'this gateway has the database')
    const own = node?.own ?? allDevices(open, nodeId)
    const owners = new Owners(open)
    const others = async () => (await node?.others()) ?? []
    const peers = bus && new Peers({ bus, nodeId, others, logger: log.child({ part: 'bus' }) })
    const cluster: Cluster = { isShared: node !== undefined, nodeId, url, owners, own, node, news, bus, peers, seal }
    const built = await buildServices(config, node?.database ?? open, parts, {
      ...{ health, metrics, log, patiently, cluster },
    })
    health.askStorage({ read: () => open.ping(), write: () => proveWrite(open, built.clock.now()) })
    // Before anybody may ask: what was left unsent, and which devices are linked.
    await patiently(() => built.messages.start())
    await patiently(() => built.media.start())
    await patiently(() => built.webhooks.start())
    await built.sessions.start()
    built.outgoingFiles.start()
    await patiently(() => built.chatwoot.start())
    services = built
    node?.start(deviceWork(built, app.receiver))
  } catch (error) {
    metrics.stop()
    await app.close()
    await node?.stop().catch(() => undefined)
    await bus?.close()
    await database?.close()
    await release()
    await parts.engine.close()
    throw error
  }
  const ready = services
  health.phase = 'ready'
  const upkeep = new Upkeep({
    ...{ database: ready.database, media: ready.media, retentions: ready.retentions, config, log, age: ready.age },
    mayRun: () => ready.cluster.node?.does('upkeep') ?? Promise.resolve(true),
  })
  upkeep.start()
  ready.erasures.start()
  const contentKeeper = new ContentKeeper({
    ...{ database: ready.database, log: log.child({ part: 'content' }) },
    mayRun: ready.cluster.node && (() => ready.cluster.node!.does('content')),
  })
  contentKeeper.start()
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
    await ready.cluster.node?.drain()
    log.info('draining: what runs is finished, every link is kept')
    await contentKeeper.stop()
    await upkeep.stop()
    await ready.erasures.stop()
    ready.webVersion.stop()
    ready.channelWatches.stop()
    draining.abort()
    await ready.chatwoot.stop()
    // Sends that only wait for their turn stay queued in the database; what is being written gets the time of the drain.
    await ready.messages.stop()
    await ready.media.stop()
    await ready.sessions.drain(drainMs)
    await ready.webhooks.stop(drainMs / 2)
    // Answers that are being written get a moment; idle keep-alive connections end at once.
    const impatience = setTimeout(() => app.server.closeAllConnections(), 2_000)
    await app.close()
    clearTimeout(impatience)
    await ready.tenants.shared?.stop()
    await ready.cluster.bus?.close()
    await ready.linkPreviews.close()
    await ready.outgoingFiles.stop()
    await ready.converter.close()
    await parts.engine.close()
    await ready.cluster.node?.stop()
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
    changes: () => changes,
    stop: () => {
      stopped ??= stop()
      return stopped
    },
  }
}
