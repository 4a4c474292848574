import { z } from 'zod'
import type { AgentSend, StoredBridge } from '../storage/chatwoot-store.ts'

/** Fields of which the bridge makes something. What is not as expected counts as absent: other versions of Chatwoot send other things. */
const field = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined)
const id = z.coerce.number().int().positive()
const text = z.string().max(150_000)
const named = z.object({ id: field(id), name: field(text) })

const Payload = z.object({
  event: z.string(),
  id: field(id),
  content: field(text.nullable()),
  message_type: field(z.string()),
  private: field(z.boolean()),
  source_id: field(text.nullable()),
  content_attributes: field(z.object({ deleted: field(z.boolean()), in_reply_to: field(id) })),
  account: field(named),
  inbox: field(named),
  inbox_id: field(id),
  account_id: field(id),
  sender: field(named.nullable()),
  status: field(z.string()),
  attachments: field(z.array(z.object({ data_url: z.string().max(4096), file_type: field(z.string()) })).max(30)),
  conversation: field(
    z.object({
      id: field(id),
      inbox_id: field(id),
      contact_inbox: field(z.object({ source_id: field(text) })),
      meta: field(
        z.object({
          sender: field(
            z.object({ id: field(id), phone_number: field(text.nullable()), identifier: field(text.nullable()) }),
          ),
        }),
      ),
    }),
  ),
})

type Payload = z.output<typeof Payload>

/** A message of an agent, as it waits to be sent. */
export interface AgentMessage {
  readonly content: string
  readonly attachments: readonly { readonly url: string; readonly type: string }[]
  readonly inReplyTo?: number | undefined
  /** Who wrote it. */
  readonly agent?: string | undefined
  readonly contact: {
    readonly id?: number | undefined
    readonly phone?: string | undefined
    readonly identifier?: string | undefined
    readonly sourceId?: string | undefined
  }
  /** Ids under which its parts leave, chosen before anything is sent. */
  readonly messageIds: readonly string[]
}

/** What a webhook asks for. */
export type WebhookPlan =
  | { readonly kind: 'ignore' }
  /** It is about another account or inbox. */
  | { readonly kind: 'stranger' }
  | { readonly kind: 'conversation'; readonly conversationId: number }
  | ({ readonly kind: 'send'; readonly sourceId: string | undefined } & Pick<
      AgentSend,
      'chatwootId' | 'conversationId'
    > & { readonly message: AgentMessage })
  | ({ readonly kind: 'delete' } & Pick<AgentSend, 'chatwootId' | 'conversationId'>)

/** A text is a part of its own where no file can carry it. */
export const partsOf = ({ content, attachments }: Pick<AgentMessage, 'content' | 'attachments'>): number => {
  const carriesText = attachments[0] !== undefined && attachments[0].type !== 'audio'
  return attachments.length + (content !== '' && !carriesText ? 1 : 0)
}

/** What a webhook of Chatwoot asks for. Source: chatwoot/chatwoot, message.rb `webhook_data`, webhook_listener.rb.
 *  @param newId makes an id for a message of WhatsApp */
export function planWebhook(
  body: unknown,
  { accountId, inboxId }: Pick<StoredBridge, 'accountId' | 'inboxId'>,
  newId: () => string,
): WebhookPlan {
  const payload = Payload.safeParse(body).data
  if (!payload) return { kind: 'ignore' }
  const account = payload.account?.id ?? payload.account_id
  const inbox = payload.inbox?.id ?? payload.conversation?.inbox_id ?? payload.inbox_id
  if (inbox === undefined && !payload.event.startsWith('message_')) return { kind: 'ignore' }
  if (inbox !== inboxId || (account !== undefined && account !== accountId)) return { kind: 'stranger' }
  const { event, id: subject } = payload
  if (event.startsWith('conversation_')) {
    return subject === undefined ? { kind: 'ignore' } : { kind: 'conversation', conversationId: subject }
  }
  const conversationId = payload.conversation?.id
  const isOurs = payload.message_type === 'outgoing' || payload.message_type === 'template'
  if (subject === undefined || conversationId === undefined || !isOurs || payload.private) return { kind: 'ignore' }
  const place = { chatwootId: subject, conversationId }
  if (payload.content_attributes?.deleted) return { kind: 'delete', ...place }
  if (event !== 'message_created') return { kind: 'ignore' }
  const message = messageOf(payload, newId)
  if (message.messageIds.length === 0) return { kind: 'ignore' }
  return { kind: 'send', ...place, sourceId: payload.source_id || undefined, message }
}

function messageOf(payload: Payload, newId: () => string): AgentMessage {
  const { content, attachments = [], content_attributes, sender, conversation } = payload
  const said = {
    content: content ?? '',
    attachments: attachments.map(({ data_url: url, file_type: type = 'file' }) => ({ url, type })),
  }
  const contact = conversation?.meta?.sender
  return {
    ...said,
    inReplyTo: content_attributes?.in_reply_to,
    agent: sender?.name,
    contact: {
      id: contact?.id,
      phone: contact?.phone_number ?? undefined,
      identifier: contact?.identifier ?? undefined,
      sourceId: conversation?.contact_inbox?.source_id,
    },
    messageIds: Array.from({ length: partsOf(said) }, newId),
  }
}
