import { appStateCollections } from '@switchboard/engine'
import type { BinaryNode } from '@switchboard/link'
import { markClean } from '../wire/mark-clean.ts'
import { childOf } from '../wire/nodes.ts'
import type { NotificationParts } from './notifications/notification.ts'

type Parts = Pick<NotificationParts, 'context' | 'groups' | 'appState'>

/**
 * WhatsApp no longer knows what this device missed of something. It is fetched again, now or when it is next needed, and only then said to be clean: what
 * could not be fetched is said again after the next login. What is of an unknown type stays dirty. Seen in: zapo client/events/dirty.ts,
 * whatsapp-rust handlers/ib.rs, baileys chats.js and groups.js `CB:ib,,dirty`. @throws EngineError
 */
export async function takeDirty(node: BinaryNode, { context, groups, appState }: Parts): Promise<void> {
  const { type, timestamp } = childOf(node, 'dirty')?.attrs ?? {}
  switch (type) {
    case 'syncd_app_state':
      await appState.changed(appStateCollections, true)
      break
    case 'groups':
      groups.forgetAll()
      break
    case 'account_sync':
      // Nothing of it is kept here.
      break
    default:
      return
  }
  await markClean(context.wire, type, timestamp)
}
