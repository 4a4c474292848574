import type { AttributeValue, Jid, WireNode } from '../../wire/node.ts'
import type { Device } from '../../world/account.ts'
import type { World } from '../../world/world.ts'

/** Puts one `<notification>` into the mailbox of each device. whatsmeow refuses one without `id`, `t` or a JID-typed `from`. */
export function notify(
  world: World,
  devices: Iterable<Device>,
  notification: {
    type: string
    from: Jid
    attrs?: Readonly<Record<string, AttributeValue>>
    content: readonly WireNode[]
  },
): void {
  const id = world.random.hex(8)
  const node: WireNode = {
    tag: 'notification',
    attrs: {
      id,
      from: notification.from,
      type: notification.type,
      t: String(world.seconds()),
      ...notification.attrs,
    },
    content: notification.content,
  }
  for (const device of devices) device.mailbox.append('notification', id, node, world.clock.now())
}
