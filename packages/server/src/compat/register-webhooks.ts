import { isDeepStrictEqual } from 'node:util'
import type { FormedWebhook } from '../webhooks/webhooks.ts'
import type { Asker, NamedDevice } from './define-call.ts'

/** A webhook as a registration wants it. */
export interface WantedWebhook {
  readonly url: string
  /** Events of ours. */
  readonly events: readonly string[]
  readonly options: unknown
  /** Undefined: one is made, and nobody needs it. */
  readonly secret: string | undefined
  /** Whether anything is sent. */
  readonly active: boolean
}

const isAsWanted = (known: FormedWebhook, { url, events, options, secret, active }: WantedWebhook): boolean =>
  known.active === active &&
  known.url === new URL(url).href &&
  isDeepStrictEqual([...known.events].sort(), [...events].sort()) &&
  isDeepStrictEqual(known.options, JSON.parse(JSON.stringify(options))) &&
  (secret === undefined || secret === known.secret)

/** Brings the webhooks of a device that have this form to what a registration wants. What is as it should be stays as it is, with all that waits for it; when
 *  one is refused, none has changed. */
export async function registerWebhooks(
  asker: Asker,
  device: NamedDevice,
  kind: string,
  wanted: readonly WantedWebhook[],
): Promise<void> {
  const { webhooks } = asker.services
  const scope = await asker.webhooksOf(device, 'webhooks.create')
  const known = await webhooks.formed(scope, kind)
  const undo: (() => Promise<unknown>)[] = []
  try {
    for (const [index, each] of wanted.entries()) {
      const { url, events, options, secret, active } = each
      const former = known[index]
      if (former && isAsWanted(former, each)) continue
      if (former) {
        const formed = { options, secret: secret ?? former.secret }
        await webhooks.update(scope, former.id, { url, events, active, formed })
        undo.push(() => webhooks.update(scope, former.id, asItWas(former)))
      } else {
        const { webhook } = await webhooks.create(scope, { url, events, active, secret, format: { kind, options } })
        undo.push(() => webhooks.remove(scope, webhook.id))
      }
    }
  } catch (error) {
    for (const step of undo.reverse()) await step()
    throw error
  }
  for (const { id } of known.slice(wanted.length)) await webhooks.remove(scope, id)
}

const asItWas = ({ url, events, active, options, secret }: FormedWebhook) => ({
  ...{ url, events, active },
  formed: { options, secret },
})

/** Those that are registered. */
export const registeredWebhooks = async (
  asker: Asker,
  device: NamedDevice,
  kind: string,
): Promise<readonly FormedWebhook[]> =>
  asker.services.webhooks.formed(await asker.webhooksOf(device, 'webhooks.list'), kind)
