import path from 'node:path'
import type { Endpoints, Engine } from '@switchboard/engine'
import { Approvals } from '../approvals/approvals.ts'
import { Calls } from '../calls/calls.ts'
import { ChannelWatches } from '../channels/channel-watches.ts'
import { ChatList } from '../chats/chat-list.ts'
import { LabelBook } from '../chats/label-book.ts'
import { Chatwoot } from '../chatwoot/chatwoot.ts'
import { type Clock, createAgeClock, systemClock } from '../clock.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { deliveryFormats } from '../compat/delivery-formats.ts'
import { fileOfMessage } from '../compat/file-of-message.ts'
import type { Config } from '../config/config.ts'
import type { SettingReadout } from '../config/describe-settings.ts'
import { createErasures } from '../erasure/create-erasures.ts'
import { createEventLog } from '../eventlog/create-event-log.ts'
import { namedOnlyEvents } from '../events/event-names.ts'
import { Exports } from '../exports/exports.ts'
import { GroupLists } from '../groups/group-lists.ts'
import { groupSubject } from '../groups/group-subject.ts'
import { Governor } from '../limits/governor.ts'
import { LinkPreviews } from '../links/link-previews.ts'
import { createConverter } from '../media/convert/index.ts'
import { createMedia } from '../media/create-media.ts'
import { openOutgoingFiles } from '../media/open-outgoing-files.ts'
import { Spool } from '../media/spool.ts'
import { createMessages } from '../messages/create-messages.ts'
import { Activity } from '../observe/activity.ts'
import { createObserver } from '../observe/create-observer.ts'
import type { HealthRecord } from '../observe/health.ts'
import type { RootLogger } from '../observe/logging.ts'
import type { Metrics } from '../observe/metrics.ts'
import { Overviews } from '../overview/overview.ts'
import { PairingLinks } from '../pairing/pairing-links.ts'
import { Addresses } from '../people/addresses.ts'
import { ContactBook } from '../people/contact-book.ts'
import { Numbers } from '../people/numbers.ts'
import { Usernames } from '../people/usernames.ts'
import { Polls } from '../polls/polls.ts'
import { version } from '../process/version.ts'
import { DueSends } from '../replies/due-sends.ts'
import { Retentions } from '../retention/retentions.ts'
import { createSessions } from '../sessions/create-sessions.ts'
import { Fleet } from '../sessions/fleet.ts'
import { CurrentWebVersion } from '../sessions/web-version.ts'
import { Statuses } from '../status/statuses.ts'
import { readBacklog } from '../storage/backlog-store.ts'
import { unlockContent } from '../storage/content/unlock-content.ts'
import type { Database } from '../storage/database.ts'
import { waitingForDevice } from '../storage/waiting-for-device.ts'
import { ServerFacts } from '../system/server-facts.ts'
import { Audit } from '../tenants/audit.ts'
import { createTenants } from '../tenants/create-tenants.ts'
import { Timelines } from '../timeline/timelines.ts'
import { createWebhooks } from '../webhooks/create-webhooks.ts'
import { publicLookup } from '../webhooks/public-lookup.ts'
import { openKeyring } from './open-keyring.ts'
import { restDevice } from './rest-device.ts'
import type { Services } from './services.ts'
import type { Patiently } from './when-it-answers.ts'

/** What a gateway is built with. */
export interface ServiceParts {
  /** What the operator may read of the settings. */
  readonly settings: readonly SettingReadout[]
  readonly engine: Engine
  /** Real WhatsApp or a sandbox. */
  readonly endpoints: () => Promise<Endpoints>
  readonly clock?: Clock
  readonly random?: () => number
}

/** Builds every part over an open database and joins them. */
export const buildServices = async (
  config: Config,
  database: Database,
  parts: ServiceParts,
  given: { health: HealthRecord; metrics: Metrics; log: RootLogger; patiently: Patiently; cluster: Cluster },
): Promise<Services> => {
  const { engine, clock = systemClock, random = Math.random } = parts
  const { health, metrics, log, patiently, cluster } = given
  const { own, news } = cluster
  const keyring = await patiently(() => openKeyring(config, database, log))
  unlockContent(database, keyring, { isOn: config.storage.sealContent })
  const activity = new Activity(clock)
  const eventLog = createEventLog({
    ...{ database, clock, webhooksEnabled: config.webhooks.enabled, bus: cluster.bus },
    logged(type, apiKeyId) {
      metrics.eventLogged(type)
      activity.eventLogged(type, apiKeyId)
    },
  })
  const observer = createObserver(log, metrics, activity)
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
    own,
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
    ...{ database, engine, sessions, eventLog, addresses, config, own, clock },
    logger: log.child({ part: 'media' }),
  })
  const spoolFolder = path.join(config.storage.dataDir, 'spool')
  const spool = await Spool.open(spoolFolder)
  const converter = createConverter({ folder: spoolFolder, ...config.media })
  const age = createAgeClock(clock)
  const outgoingFiles = await openOutgoingFiles({
    ...{ database, engine, config, own, spool, converter, age },
    logger: log.child({ part: 'media' }),
  })
  const calls = new Calls({ database, sessions, addresses, eventLog, clock, logger: log.child({ part: 'calls' }) })
  const governor = new Governor({
    ...{ database, sessions, addresses, eventLog, clock, random },
    observer: observer.sends,
    logger,
  })
  const messages = createMessages({
    media,
    governor,
    files: outgoingFiles,
    otherEffect(deviceId, effect) {
      if (effect.kind === 'group_changed') groupLists.forget(deviceId)
      if (effect.kind === 'call_to_reject') calls.due(deviceId, effect.callId)
      if (effect.kind === 'sends_due') dueSends.run(deviceId)
    },
    async otherOpened(deviceId) {
      // Without an answer each looks for itself, and says what it cannot do.
      const waiting = await waitingForDevice(database, deviceId).catch(() => undefined)
      if (waiting?.presences !== false) contactBook.opened(deviceId)
      if (waiting?.channels !== false) channelWatches.opened(deviceId)
      if (waiting?.calls !== false) calls.opened(deviceId)
      if (waiting?.sends !== false) dueSends.run(deviceId)
    },
    otherLoggedOut: (deviceId) => dueSends.forget(deviceId),
    ...{ database, engine, addresses, numbers, usernames, sessions, eventLog, config, own, clock, random, logger },
    observer: observer.sends,
  })
  const dueSends = new DueSends({ database, messages, logger })
  const retentions = new Retentions({ database, config, clock, age })
  const webhooks = createWebhooks({
    database,
    logCutoffs: (now) => retentions.cutoffs('deliveries', now),
    own,
    news,
    mayPurge: async () => cluster.node?.does('webhook upkeep') ?? true,
    eventLog,
    keyring,
    config,
    clock,
    log: log.child({ part: 'webhooks' }),
    observer: observer.webhooks,
    formats: deliveryFormats,
    account: (deviceId) => sessions.account(deviceId),
    fileOf: fileOfMessage(media, addresses),
  })
  const chatList = new ChatList({ database, sessions, addresses, messages, clock })
  const chatwoot = new Chatwoot({
    ...{
      database,
      eventLog,
      engine,
      messages,
      media,
      outgoingFiles,
      spool,
      contactBook,
      clock,
      keyring,
      own,
      news,
      config,
    },
    logger: log.child({ part: 'chatwoot' }),
    async groupName(deviceId, jid) {
      const known = (await chatList.find(deviceId, jid))?.name
      return known ?? (await groupSubject(sessions, deviceId, jid))
    },
  })
  const tenants = await patiently(() =>
    createTenants({
      ...{ database, keyring, secrets: config.secrets, tokens: config.tokens, clock },
      log: log.child({ part: 'tenants' }),
      webhooksChanged: cluster.isShared ? (scope) => news.heard('webhooks_changed', { scope }) : undefined,
    }),
  )
  if (own.isShared) {
    // Whoever has the device has its readers, too.
    eventLog.onCommitted((deviceId) => own.has(deviceId) || news.publish('events_appended', { deviceId }))
    news.subscribe('events_appended', ({ deviceId }) => {
      if (own.has(deviceId)) eventLog.committed(deviceId)
    })
  }
  metrics.askFrom({
    sessions: () => sessions.counts(),
    threads: () => engine.threads?.(),
    safety: () => ({ ...governor.safety.levels(), paused: governor.pauses.count }),
    backlog: () => readBacklog(database, namedOnlyEvents),
    ...(cluster.node && { node: () => cluster.node!.measure() }),
    now: () => clock.now(),
  })
  const erasures = createErasures({
    ...{ database, engine, keyring, cluster, clock, media, outgoingFiles, tenants, webhooks, sessions, messages },
    masterKey: config.secrets.masterKey,
    logger: log.child({ part: 'erasures' }),
    rest: (deviceId, task) =>
      restDevice(
        { database, media, messages, sessions, governor, webhooks, chatwoot, cluster, groupLists },
        deviceId,
        task,
      ),
  })
  return {
    config,
    clock,
    age,
    health,
    metrics,
    activity,
    overviews: new Overviews({
      ...{ database, sessions, devices: tenants.devices, activity, health, clock },
      dataDir: config.storage.dataDir,
    }),
    database,
    cluster,
    engine,
    // Only a sandbox has all media hosts in one place.
    inSandbox: endpoints.mediaOrigin !== undefined,
    spool,
    converter,
    linkPreviews: new LinkPreviews({
      ...{ config, spool, converter, sessions, clock },
      logger: log.child({ part: 'links' }),
    }),
    outgoingFiles,
    tenants,
    audit: new Audit(database),
    erasures,
    retentions,
    exports: new Exports({ database, engine, media, config, clock, version }),
    timelines: new Timelines(database),
    pairingLinks: new PairingLinks({ database, sessions, clock }),
    serverFacts: new ServerFacts({ database, config, settings: parts.settings }),
    sessions,
    fleet: new Fleet(sessions, cluster.peers),
    webVersion,
    addresses,
    numbers,
    usernames,
    media,
    messages,
    approvals: new Approvals({ database, engine, messages, addresses, policies: tenants.sendPolicies, clock }),
    governor,
    chatList,
    chatwoot,
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
