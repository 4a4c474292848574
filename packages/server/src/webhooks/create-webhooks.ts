import { systemClock } from '../clock.ts'
import { AppError } from '../errors/app-error.ts'
import { newEventId } from '../eventlog/new-event-id.ts'
import { namedOnlyEvents } from '../events/event-names.ts'
import { planEvents } from '../events/plan-events.ts'
import { noteChange } from '../observe/note-change.ts'
import { DeliveryLog } from '../storage/delivery-log.ts'
import { DeliveryReportStore } from '../storage/delivery-report-store.ts'
import { DeliveryRequests } from '../storage/delivery-requests.ts'
import { DeliveryStore } from '../storage/delivery-store.ts'
import { DeliveryUpkeep } from '../storage/delivery-upkeep.ts'
import { eventsThere } from '../storage/erasure/delivery-log.ts'
import { apiKeyOf, type Scope } from '../storage/scope.ts'
import { ChangedMeanwhile, type StoredWebhook, WebhookStore } from '../storage/webhook-store.ts'
import { DeliveryEngine } from './delivery-engine.ts'
import { formatKind, secretKind, WebhookDirectory } from './directory.ts'
import { checkSigningSecret, newSigningSecret } from './signing-secret.ts'
import { checkWebhookUrl } from './webhook-url.ts'
import type { FormedWebhook, Webhooks, WebhookView } from './webhooks.ts'
import type { WebhooksOptions } from './webhooks-options.ts'

/** For how long the previous secret still signs, together with a new one. */
const secretOverlapMs = 24 * 60 * 60 * 1000
/** Calls of other products register; where there are none it is not loaded. */
const registrations = () => import('./registration.ts')
/** How often a registration is planned while others change the same webhooks. */
const mostPlans = 10

/** A registration may have headers with secrets that were given for one server: only who can see the registration, and gives them again, moves it to another.
 *  @throws AppError invalid_webhook_url */
const refuseOtherServer = ({ format, url }: WebhookView, to: string): void => {
  if (format !== null && new URL(url).origin !== new URL(to).origin)
    throw new AppError(
      'invalid_webhook_url',
      'url: only the call that registered this webhook moves it to another server',
    )
}

const view = ({
  secretSealed,
  previousSecretSealed,
  formatSealed,
  apiKeyId,
  scope,
  ...rest
}: StoredWebhook): WebhookView => rest

/** Webhooks and their deliveries, kept in the database. */
export function createWebhooks(options: WebhooksOptions): Webhooks {
  const { database, eventLog, keyring, config, own, news, clock = systemClock } = options
  const store = new WebhookStore(database, config.webhooks.enabled)
  const deliveries = new DeliveryStore(database, namedOnlyEvents, own.isShared ? own.nodeId : undefined)
  const requests = new DeliveryRequests(database, namedOnlyEvents)
  const deliveryLog = new DeliveryLog(database, () => clock.monotonic(), own.isShared ? own.nodeId : undefined)
  const reports = new DeliveryReportStore(database, deliveryLog, namedOnlyEvents)
  const upkeep = new DeliveryUpkeep(database, namedOnlyEvents)
  const directory = new WebhookDirectory(store, keyring, options.formats)
  const engine = new DeliveryEngine({ ...options, clock, deliveries, deliveryLog, upkeep, directory, webhooks: store })

  const seal = async (scope: Scope, kind: string, text: string) => {
    await keyring.prepare(scope)
    return (await keyring.forDevice(scope)).seal(kind, '', Buffer.from(text))
  }
  const sealSecret = (scope: Scope, secret: string) => seal(scope, secretKind, secret)
  const sealOptions = (scope: Scope, options: unknown) => seal(scope, formatKind, JSON.stringify(options))
  const find = async (scope: Scope, id: number): Promise<WebhookView> => {
    const found = (await store.list(scope)).find((webhook) => webhook.id === id)
    if (!found) throw new AppError('webhook_not_found')
    return view(found)
  }
  const findActive = async (scope: Scope, id: number): Promise<WebhookView> => {
    const webhook = await find(scope, id)
    if (!webhook.active || !config.webhooks.enabled) throw new AppError('webhook_inactive')
    return webhook
  }
  /** The device of which an event of the webhook itself is. @throws AppError device_not_found */
  const deviceOf = async (scope: Scope): Promise<string> => {
    const apiKeyId = apiKeyOf(scope)
    const deviceId = apiKeyId === undefined ? scope : await store.firstDevice(apiKeyId)
    if (deviceId === undefined) throw new AppError('device_not_found', 'The API key has no device yet')
    return deviceId
  }
  const checkUrl = (url: string) => checkWebhookUrl(url, config.webhooks.allowPrivateNetworks)

  /** The note about a change. Its target is the device, or the API key. */
  const note = (scope: Scope, action: string, detail: string) => {
    const apiKeyId = apiKeyOf(scope)
    const about = apiKeyId === undefined ? { target: scope } : { target: String(apiKeyId), apiKeyId }
    const otherwise = apiKeyId === undefined ? `device:${scope}` : scope
    return [noteChange(database, { ...about, action: `webhook.${action}`, detail, at: clock.now(), otherwise })]
  }

  const formed = async (scope: Scope, kind: string): Promise<FormedWebhook[]> => {
    const found = (await store.list(scope)).filter(({ format }) => format === kind)
    if (found.length === 0) return []
    const sealer = await keyring.forDevice(scope)
    const open = (as: string, sealed: Uint8Array) => Buffer.from(sealer.open(as, '', sealed)).toString('utf8')
    return found.map((webhook) => ({
      ...view(webhook),
      options: JSON.parse(open(formatKind, webhook.formatSealed!)),
      secret: open(secretKind, webhook.secretSealed),
    }))
  }
  /** Every node has lanes of it; this one hears of it as the others do. */
  const changed = (scope: Scope, webhookId?: number): void => {
    directory.forget(scope)
    news.publish('webhooks_changed', { scope, ...(webhookId !== undefined && { webhookId }) })
  }
  const registerOnce = async (scope: Scope, kind: string, plan: Parameters<Webhooks['register']>[2]) => {
    const { changesTo, checkedWanted, isNothing, sealedChanges } = await registrations()
    const known = await formed(scope, kind)
    const wanted = plan(known).map((each) => checkedWanted(each, config.webhooks.allowPrivateNetworks))
    const todo = changesTo(known, wanted)
    if (isNothing(todo)) return
    const seals = {
      options: (options: unknown) => sealOptions(scope, options),
      secret: (secret: string) => sealSecret(scope, secret),
    }
    const changes = await sealedChanges({ scope, kind, known, todo, seals })
    const noted = [
      ...todo.removed.flatMap(({ id }) => note(scope, 'deleted', String(id))),
      ...todo.updated.flatMap(({ former }) => note(scope, 'updated', String(former.id))),
      ...todo.created.flatMap(({ url }) => note(scope, 'created', new URL(url).origin)),
    ]
    const at = clock.now()
    await store.changeFormed(scope, changes, { limit: config.webhooks.maxPerDevice, at, noted })
    for (const { id } of changes.updated) await requests.hurry(id, at)
    changed(scope)
    for (const { id } of changes.updated) changed(scope, id)
  }

  const retryNow = (scope: Scope, webhookId: number, deviceId?: string): void =>
    news.publish('webhook_retry', { scope, webhookId, ...(deviceId !== undefined && { deviceId }) })
  const unsubscribe = [
    news.subscribe('webhooks_changed', ({ scope, webhookId }) => engine.changed(scope, webhookId)),
    news.subscribe('webhook_retry', ({ scope, webhookId, deviceId }) => engine.retryNow(scope, webhookId, deviceId)),
  ]

  return {
    start: () => engine.start(),
    stop: (deadlineMs) => {
      for (const end of unsubscribe) end()
      return engine.stop(deadlineMs)
    },
    take: (deviceIds) => engine.take(deviceIds),
    leave: (deviceIds) => engine.leave(deviceIds),
    drop: async (deviceIds) => engine.drop(deviceIds),
    list: async (scope) => (await store.list(scope)).map(view),
    get: find,
    formed,
    checkUrl,
    ofNewDevice: async ({ id: scope, sealer }, kind, wanted) => {
      if (wanted.length === 0) return []
      const { changesTo, checkedWanted, sealedChanges } = await registrations()
      const checked = wanted.map((each) => checkedWanted(each, config.webhooks.allowPrivateNetworks))
      const sealed = (as: string) => async (text: string) => sealer.seal(as, '', Buffer.from(text))
      const seals = {
        options: (options: unknown) => sealed(formatKind)(JSON.stringify(options)),
        secret: sealed(secretKind),
      }
      const { created } = await sealedChanges({ scope, kind, known: [], todo: changesTo([], checked), seals })
      const noted = created.flatMap(({ url }) => note(scope, 'created', new URL(url).origin))
      return [...store.ofNewDevice(created, { limit: config.webhooks.maxPerDevice, at: clock.now() }), ...noted]
    },
    register: async (scope, kind, plan) => {
      // What was delivered to them as they were is not for them as they will be.
      await engine.settled()
      for (let plans = 1; ; plans++) {
        try {
          return await registerOnce(scope, kind, plan)
        } catch (error) {
          if (!(error instanceof ChangedMeanwhile) || plans === mostPlans) throw error
        }
      }
    },
    create: async (scope, input) => {
      const url = checkUrl(input.url)
      const secret = input.secret === undefined ? newSigningSecret() : checkSigningSecret(input.secret)
      const webhook = { ...input, url, scope, secretSealed: await sealSecret(scope, secret) }
      const id = await store.create(
        webhook,
        config.webhooks.maxPerDevice,
        clock.now(),
        note(scope, 'created', new URL(url).origin),
      )
      changed(scope)
      return { webhook: await find(scope, id), secret }
    },
    update: async (scope, id, { url: wanted, events, active }) => {
      const url = wanted === undefined ? undefined : checkUrl(wanted)
      if (url !== undefined) refuseOtherServer(await find(scope, id), url)
      // What was delivered to it as it was is not for it as it will be.
      await engine.settled()
      await store.update(
        scope,
        id,
        {
          ...(url !== undefined && { url }),
          ...(events && { events }),
          ...(active !== undefined && { active }),
        },
        clock.now(),
        note(scope, 'updated', String(id)),
      )
      // What waited for a switched-off or broken endpoint need not wait out its pause.
      if (active || url !== undefined) await requests.hurry(id, clock.now())
      changed(scope, id)
      return find(scope, id)
    },
    remove: async (scope, id) => {
      await store.remove(scope, id, note(scope, 'deleted', String(id)))
      changed(scope)
    },
    rotateSecret: async (scope, id, given) => {
      const secret = given === undefined ? newSigningSecret() : checkSigningSecret(given)
      const previousUntil = clock.now() + secretOverlapMs
      const sealed = await sealSecret(scope, secret)
      const noted = note(scope, 'secret_rotated', String(id))
      await store.rotateSecret(scope, id, { sealed, previousUntil, at: clock.now() }, noted)
      changed(scope)
      return { secret, previousUntil }
    },
    logs: async (scope, id, query) => {
      const { deviceId } = await find(scope, id)
      await engine.settled()
      return reports.list({ webhookId: id, deviceId }, query)
    },
    test: async (scope, id) => {
      await findActive(scope, id)
      const eventId = newEventId()
      const events = planEvents({ account: undefined }, { kind: 'ping_requested', webhookId: id })
      const named = events.map((event) => ({ ...event, id: eventId }))
      const deviceId = await deviceOf(scope)
      await engine.test(deviceId, id, eventId, () => eventLog.append(deviceId, named, { onlyWebhook: id }))
      return eventId
    },
    resume: async (scope, id) => {
      await findActive(scope, id)
      retryNow(scope, id)
    },
    redeliver: async (scope, id, eventId) => {
      const { deviceId: own } = await findActive(scope, id)
      await engine.settled()
      const event = await requests.find(id, eventId)
      const isKnown = event?.isKnown || (event && (await deliveryLog.has(id, event, own !== null)))
      if (!event || !isKnown) throw new AppError('delivery_not_found')
      const { deviceId, seq } = event
      await requests.redeliver({ webhookId: id, deviceId }, seq, clock.now())
      retryNow(scope, id, deviceId)
    },
    redeliverDead: async (scope, id) => {
      await findActive(scope, id)
      const count = await requests.reviveDead(id, clock.now())
      retryNow(scope, id)
      return count
    },
    replay: async (scope, id, { deviceId, ...range }) => {
      await findActive(scope, id)
      const apiKeyId = apiKeyOf(scope)
      const isOwn = apiKeyId === undefined ? deviceId === scope : (await store.apiKeyOf(deviceId)) === apiKeyId
      if (!isOwn) throw new AppError('device_not_found')
      const count = await requests.replay({ webhookId: id, deviceId }, range, clock.now())
      retryNow(scope, id, deviceId)
      return count
    },
    totals: async () => {
      await engine.settled()
      return { webhooks: await store.counts(), deliveries: await reports.countByState() }
    },
    forgetErased: async (deviceId) => {
      await engine.settled()
      const there = await eventsThere(database, deviceId, deliveryLog.recentOf(deviceId))
      deliveryLog.forget(deviceId, (seq) => !there.has(seq))
      // What was about to be written just then may have had them.
      await engine.settled()
    },
    forget: (scope) => changed(scope),
  }
}
