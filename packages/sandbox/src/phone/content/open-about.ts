import type { EncSecretMessage } from '../../wire/proto/index.ts'
import type { ChatEntry } from '../chat-log.ts'
import type { PhoneContext } from '../phone-context.ts'
import { authorOf, entryIn } from './message-keys.ts'
import { openWithSecret, type SecretUse } from './message-secret.ts'
import { secretOf } from './poll.ts'

/** What `entry` says about a message of its chat, sealed with the secret of that message, and the message. Undefined when this phone does not have it, or its
 *  secret. What cannot be opened is a violation. @param kind of `entry` */
export function openAbout(
  ctx: PhoneContext,
  entry: ChatEntry,
  sealed: EncSecretMessage | undefined,
  { use, kind }: { readonly use: SecretUse; readonly kind: string },
): { target: ChatEntry; opened: Uint8Array } | undefined {
  const target = entryIn(ctx, entry.chatLid, sealed?.targetMessageKey?.id)
  const secret = target && secretOf(target.message)
  if (!sealed || !target || !secret) return undefined
  const parties = { id: target.id, author: authorOf(ctx, target), by: authorOf(ctx, entry) }
  const opened = openWithSecret(use, secret, parties, sealed)
  if (opened) return { target, opened }
  ctx.violation(kind, `${kind} ${entry.id} cannot be opened with the secret of ${target.id}`)
  return undefined
}
