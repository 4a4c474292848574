import { systemClock } from '../clock.ts'
import { AppError } from '../errors/app-error.ts'
import { newEventId } from '../eventlog/new-event-id.ts'
import { namedOnlyEvents } from '../events/event-names.ts'
import { planEvents } from '../events/plan-events.ts'
import { DeliveryReportStore } from '../storage/delivery-report-store.ts'
import { DeliveryStore } from '../storage/delivery-store.ts'
import { type StoredWebhook, WebhookStore } from '../storage/webhook-store.ts'
import { DeliveryEngine } from './delivery-engine.ts'
import { secretKind, WebhookDirectory } from './directory.ts'
import { checkSigningSecret, newSigningSecret } from './signing-secret.ts'
import { checkWebhookUrl } from './webhook-url.ts'
import type { Webhooks, WebhookView } from './webhooks.ts'
import type { WebhooksOptions } from './webhooks-options.ts'

/** For how long the previous secret still signs, together with a new one. */
const secretOverlapMs = 24 * 60 * 60 * 1000

const view = ({ secretSealed, previousSecretSealed, apiKeyId, ...rest }: StoredWebhook): WebhookView => rest

/** Webhooks and their deliveries, kept in the database. */
export function createWebhooks(options: WebhooksOptions): Webhooks {
  const { database, eventLog, keyring, config, clock = systemClock } = options
  const store = new WebhookStore(database)
  const deliveries = new DeliveryStore(database, namedOnlyEvents)
  const reports = new DeliveryReportStore(database)
  const directory = new WebhookDirectory(store, keyring)
  const engine = new DeliveryEngine({ ...options, clock, deliveries, reports, directory, webhooks: store })

  const sealSecret = async (deviceId: string, secret: string) =>
    (await keyring.forDevice(deviceId)).seal(secretKind, '', Buffer.from(secret))
  const find = async (deviceId: string, id: number): Promise<WebhookView> => {
    const found = (await store.list(deviceId)).find((webhook) => webhook.id === id)
    if (!found) throw new AppError('webhook_not_found')
    return view(found)
  }
  const findActive = async (deviceId: string, id: number): Promise<WebhookView> => {
    const webhook = await find(deviceId, id)
    if (!webhook.active || !config.webhooks.enabled) throw new AppError('webhook_inactive')
    return webhook
  }
  const checkUrl = (url: string) => checkWebhookUrl(url, config.webhooks.allowPrivateNetworks)

  return {
    start: () => engine.start(),
    stop: (deadlineMs) => engine.stop(deadlineMs),
    list: async (deviceId) => (await store.list(deviceId)).map(view),
    get: find,
    create: async (deviceId, input) => {
      const url = checkUrl(input.url)
      const secret = input.secret === undefined ? newSigningSecret() : checkSigningSecret(input.secret)
      const webhook = { ...input, url, deviceId, secretSealed: await sealSecret(deviceId, secret) }
      const id = await store.create(webhook, config.webhooks.maxPerDevice, clock.now())
      engine.changed(deviceId)
      return { webhook: await find(deviceId, id), secret }
    },
    update: async (deviceId, id, { url, events, active }) => {
      await store.update(
        deviceId,
        id,
        {
          ...(url !== undefined && { url: checkUrl(url) }),
          ...(events && { events }),
          ...(active !== undefined && { active }),
        },
        clock.now(),
      )
      // What waited for a switched-off or broken endpoint need not wait out its pause.
      if (active || url !== undefined) await deliveries.hurry(id, clock.now())
      engine.changed(deviceId, id)
      return find(deviceId, id)
    },
    remove: async (deviceId, id) => {
      await store.remove(deviceId, id)
      engine.changed(deviceId)
    },
    rotateSecret: async (deviceId, id, given) => {
      const secret = given === undefined ? newSigningSecret() : checkSigningSecret(given)
      const previousUntil = clock.now() + secretOverlapMs
      await store.rotateSecret(deviceId, id, await sealSecret(deviceId, secret), previousUntil, clock.now())
      engine.changed(deviceId)
      return { secret, previousUntil }
    },
    logs: async (deviceId, id, query) => {
      await find(deviceId, id)
      const rows = await reports.list(id, query)
      const attempts = await reports.attempts(
        id,
        rows.map(({ eventId }) => eventId),
      )
      return rows.map((row) => ({ ...row, history: attempts.filter(({ eventId }) => eventId === row.eventId) }))
    },
    test: async (deviceId, id) => {
      await findActive(deviceId, id)
      const eventId = newEventId()
      const events = planEvents({ account: undefined }, { kind: 'ping_requested', webhookId: id })
      const named = events.map((event) => ({ ...event, id: eventId }))
      await engine.test(deviceId, id, eventId, () => eventLog.append(deviceId, named, { onlyWebhook: id }))
      return eventId
    },
    resume: async (deviceId, id) => {
      await findActive(deviceId, id)
      engine.retryNow(deviceId, id)
    },
    redeliver: async (deviceId, id, eventId) => {
      await findActive(deviceId, id)
      await deliveries.redeliver(id, eventId, clock.now())
      engine.retryNow(deviceId, id)
    },
    redeliverDead: async (deviceId, id) => {
      await findActive(deviceId, id)
      const count = await deliveries.reviveDead(id, clock.now())
      engine.retryNow(deviceId, id)
      return count
    },
    replay: async (deviceId, id, range) => {
      const count = await deliveries.replay(await findActive(deviceId, id), range, clock.now())
      engine.retryNow(deviceId, id)
      return count
    },
    totals: async () => ({ webhooks: await store.counts(), deliveries: await reports.countByState() }),
    forget: (deviceId) => engine.changed(deviceId),
  }
}
