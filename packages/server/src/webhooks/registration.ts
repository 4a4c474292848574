import { isDeepStrictEqual } from 'node:util'
import type { Scope } from '../storage/scope.ts'
import type { FormedChanges } from '../storage/webhook-store.ts'
import { checkForeignSecret, newSigningSecret } from './signing-secret.ts'
import { checkWebhookUrl } from './webhook-url.ts'
import type { FormedWebhook, WantedWebhook } from './webhooks.ts'

/** What there is to do so that what is known becomes what is wanted. */
export interface Changes {
  readonly removed: readonly FormedWebhook[]
  readonly updated: readonly { readonly former: FormedWebhook; readonly wanted: WantedWebhook }[]
  readonly created: readonly WantedWebhook[]
}

/** @throws AppError invalid_webhook_url | invalid_request */
export const checkedWanted = (wanted: WantedWebhook, allowPrivateNetworks: boolean): WantedWebhook => {
  if (wanted.secret !== undefined) checkForeignSecret(wanted.secret)
  return { ...wanted, url: checkWebhookUrl(wanted.url, allowPrivateNetworks) }
}

/** Options are kept as JSON. */
const asKept = (options: unknown): unknown => JSON.parse(JSON.stringify(options))

const isAsWanted = (known: FormedWebhook, { url, events, options, secret, active }: WantedWebhook): boolean =>
  known.active === active &&
  known.url === url &&
  isDeepStrictEqual([...known.events].sort(), [...events].sort()) &&
  isDeepStrictEqual(known.options, asKept(options)) &&
  (secret === undefined || secret === known.secret)

/** What is as it should be stays as it is, with all that waits for it. */
export const changesTo = (known: readonly FormedWebhook[], wanted: readonly WantedWebhook[]): Changes => {
  const formers = new Map(known.map((each) => [each.id, each]))
  const pairs = wanted.map((each) => ({ former: formers.get(each.former ?? Number.NaN), wanted: each }))
  const kept = new Set(pairs.map(({ former }) => former?.id))
  return {
    removed: known.filter(({ id }) => !kept.has(id)),
    updated: pairs.flatMap(({ former, wanted: each }) =>
      former && !isAsWanted(former, each) ? [{ former, wanted: each }] : [],
    ),
    created: pairs.flatMap(({ former, wanted: each }) => (former ? [] : [each])),
  }
}

export const isNothing = ({ removed, updated, created }: Changes): boolean =>
  removed.length + updated.length + created.length === 0

interface Sealing {
  readonly scope: Scope
  readonly kind: string
  readonly known: readonly FormedWebhook[]
  readonly todo: Changes
  readonly seals: {
    options(options: unknown): Promise<Uint8Array>
    secret(secret: string): Promise<Uint8Array>
  }
}

/** The same as it is stored. */
export const sealedChanges = async ({ scope, kind, known, todo, seals }: Sealing): Promise<FormedChanges> => {
  const sealed = async ({ options, secret }: WantedWebhook, former?: FormedWebhook) => ({
    formatSealed: await seals.options(options),
    secretSealed: await seals.secret(secret ?? former?.secret ?? newSigningSecret()),
  })
  const updated = todo.updated.map(async ({ former, wanted }) => {
    const { url, events, active } = wanted
    return { id: former.id, change: { url, events, active, formed: await sealed(wanted, former) } }
  })
  const created = todo.created.map(async (wanted) => {
    const { url, events, active } = wanted
    const { formatSealed, secretSealed } = await sealed(wanted)
    return { scope, url, events, active, secretSealed, format: { kind, sealed: formatSealed } }
  })
  return {
    ...{ kind, read: known, removed: todo.removed.map(({ id }) => id) },
    ...{ updated: await Promise.all(updated), created: await Promise.all(created) },
  }
}
