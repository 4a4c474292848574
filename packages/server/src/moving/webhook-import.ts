import { AppError } from '../errors/app-error.ts'
import { knownEventNames } from '../events/event-names.ts'
import type { Statement } from '../storage/database.ts'
import { filterText } from '../storage/delivery-spans.ts'
import { insertWebhookWithId } from '../storage/import-store.ts'
import { secretKind } from '../webhooks/directory.ts'
import { checkWebhookUrl } from '../webhooks/webhook-url.ts'
import type { ImportParts, NewDevice } from './import-parts.ts'
import type { SourceDevice, SourceWebhook } from './moving-source.ts'

/** The device with those of its webhooks that this gateway would call, and a line for each other one. */
export function withFitWebhooks(device: SourceDevice, allowsPrivate: boolean): SourceDevice {
  const { registration } = device
  if (!registration) return device
  const judged = registration.webhooks.map((webhook) => ({ webhook, flaw: flawOf(webhook, allowsPrivate) }))
  const webhooks = judged.flatMap(({ webhook, flaw }) => (flaw === undefined ? [webhook] : []))
  const leftOut = judged.flatMap(({ webhook, flaw }) => (flaw === undefined ? [] : [`webhook ${webhook.id}. ${flaw}.`]))
  return { ...device, registration: { ...registration, webhooks }, leftOut: [...device.leftOut, ...leftOut] }
}

function flawOf({ url, events }: SourceWebhook, allowsPrivate: boolean): string | undefined {
  try {
    checkWebhookUrl(url, allowsPrivate)
  } catch (error) {
    if (error instanceof AppError) return error.message
    throw error
  }
  const unknown = events.filter((name) => !knownEventNames.has(name))
  return unknown.length > 0
    ? `There are no events ${unknown.map((name) => JSON.stringify(name)).join(', ')}`
    : undefined
}

/** The webhooks of a device that the unit makes, with their ids and secrets: receivers need no change. They open with the next start of the gateway. */
export const webhookStatements = (
  { database }: Pick<ImportParts, 'database'>,
  { id: deviceId, sealer, at }: NewDevice,
  webhooks: readonly SourceWebhook[],
): Statement[] =>
  webhooks.flatMap(({ id, url, secret, events, active }) =>
    insertWebhookWithId(database, {
      ...{ id, url, scope: deviceId, device_id: deviceId, api_key_id: null },
      secret_sealed: sealer.seal(secretKind, '', Buffer.from(secret)),
      ...{ previous_secret_sealed: null, previous_secret_until: null },
      filter: filterText(events),
      active: active ? 1 : 0,
      ...{ disabled_reason: null, failing_since: null, created_at: at, updated_at: at },
    }),
  )
