import { jidAttr } from '../../wire/node-access.ts'
import type { Device } from '../../world/account.ts'
import { deviceName } from '../../world/address.ts'
import type { MailboxEntry } from '../../world/mailbox.ts'
import type { World } from '../../world/world.ts'

/** How long a status is shown: 24 hours, as WhatsApp's help pages say. */
export const statusLifeMs = 24 * 60 * 60 * 1000

/** Takes status posts out of a mailbox that nobody would show any more: a device that comes late does not get them. */
export function dropExpiredStatus(world: World, device: Device): void {
  const now = world.clock.now()
  const expired = device.mailbox.entries().filter((entry) => isStatus(entry) && entry.at + statusLifeMs <= now)
  for (const entry of expired) device.mailbox.acknowledge(entry.kind, entry.id, (one) => one === entry)
  const ids = expired.map(({ id }) => id)
  if (ids.length > 0) world.log.append('status.expired', { device: deviceName(device), ids })
}

function isStatus({ kind, node }: MailboxEntry): boolean {
  return kind === 'message' && jidAttr(node, 'from')?.server === 'broadcast'
}
