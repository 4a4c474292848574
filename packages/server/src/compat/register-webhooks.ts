import type { FormedWebhook, WantedWebhook } from '../webhooks/webhooks.ts'
import type { Asker, NamedDevice } from './define-call.ts'

/** What a registration wants, by what is registered. Asked again when that changes meanwhile. @throws AppError */
export type Plan = (known: readonly FormedWebhook[]) => readonly WantedWebhook[]

/** Brings the webhooks of a device that have this form to what a plan wants, all of it or nothing. */
export const registerWebhooks = async (asker: Asker, device: NamedDevice, kind: string, plan: Plan): Promise<void> =>
  asker.services.webhooks.register(await asker.webhooksOf(device, 'webhooks.create'), kind, plan)

/** Those that are registered. */
export const registeredWebhooks = async (
  asker: Asker,
  device: NamedDevice,
  kind: string,
): Promise<readonly FormedWebhook[]> =>
  asker.services.webhooks.formed(await asker.webhooksOf(device, 'webhooks.list'), kind)
