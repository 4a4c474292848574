import type { BinaryNode } from '@switchboard/link'
import { sendAck } from './acknowledge.ts'
import type { NotificationParts } from './notifications/notification.ts'
import { notificationOf } from './notifications/registry.ts'

/** Takes a notification and acknowledges it. @throws NotStoredError when it was not taken */
export async function takeNotification(node: BinaryNode, parts: NotificationParts): Promise<void> {
  const { context } = parts
  const notification = notificationOf(node.attrs['type'])
  if (notification?.whole) return notification.whole(node, parts)
  await notification?.take?.(node, parts)
  const items = (await notification?.items?.(node, context.signal.book)) ?? []
  for (const item of items) await context.store.guard(context.host.receive(item, []))
  await sendAck(node, context)
}

/** Whether it has to be dealt with before what came behind it. */
export const isInOrder = (node: BinaryNode): boolean => notificationOf(node.attrs['type'])?.inOrder?.(node) ?? false
