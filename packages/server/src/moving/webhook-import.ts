import { knownEventNames } from '../events/event-names.ts'
import type { Statement } from '../storage/database.ts'
import { filterText } from '../storage/delivery-spans.ts'
import { insertWebhookWithId } from '../storage/import-store.ts'
import { secretKind } from '../webhooks/directory.ts'
import type { ImportParts, NewDevice } from './import-parts.ts'
import type { SourceWebhook } from './moving-source.ts'

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
      filter: filterText(events.filter((name) => knownEventNames.has(name))),
      active: active ? 1 : 0,
      ...{ disabled_reason: null, failing_since: null, created_at: at, updated_at: at },
    }),
  )
