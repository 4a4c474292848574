import type { MessageView } from '@switchboard/engine'
import { z } from 'zod'
import { contentFields, contentOf } from './content.ts'
import { Instant } from './instant.ts'
import { MessageType } from './message-type.ts'
import { personFields } from './person.ts'

const { forwarded, forwarding_score, view_once, mentions_all, expires_in_seconds } = contentFields
const flags = { forwarded, forwarding_score, view_once, mentions_all, expires_in_seconds }

/** The values of what a send answers about the message itself. */
export const sentFlags = (view: MessageView | undefined) => {
  if (!view) return {}
  const content = contentOf(view)
  const of = Object.keys(flags) as (keyof typeof flags)[]
  return { type: view.type, ...Object.fromEntries(of.map((name) => [name, content[name]])) }
}

const heldReasons = ['quiet_hours', 'daily_limit', 'warm_up', 'new_contacts', 'restricted', 'paused'] as const

/** Why a message waits although nobody asked for that. */
export const HeldReason = z.enum(heldReasons)

/** What the reasons mean for which a message waits. */
export const whyHeld =
  '`quiet_hours`: the device sends nothing now. `daily_limit`: it has sent so many messages today that no more may leave. `warm_up`: the same, by the ceiling of a new link. `new_contacts`: it has written to so many people today who did not know it. `restricted`: WhatsApp does not let the account write to new people. `paused`: nothing of the device leaves until it is resumed.'

/** Later than anything, Unix ms: the last moment of the year 9999. What waits until then waits for somebody. */
export const noEnd = 253_402_300_799_000

/** When a send leaves; undefined when nobody can say. */
export const knownTime = (until: number): number | undefined => (until >= noEnd ? undefined : until)

/** The reason for which the gateway itself lets a send wait. */
export const heldFor = ({ reason }: { readonly reason: string | null }) => heldReasons.find((known) => known === reason)

/** What a send answers. */
export const SentMessage = z
  .object({
    message_id: z.string(),
    status: z
      .enum([
        'scheduled',
        'queued',
        'sending',
        'sent',
        'delivered',
        'read',
        'played',
        'cancelled',
        'expired',
        'unknown',
      ])
      .describe(
        '`sent`: WhatsApp has accepted it. `scheduled`, `queued` and `sending`: it is not sent yet; ask GET /messages/{message_id}.',
      ),
    timestamp: Instant.describe('The same as `created_at`'),
    created_at: Instant.describe('When the server took the message. It never changes.'),
    sent_at: Instant.nullable().describe('When WhatsApp took it over, by its own clock; null before'),
    send_at: Instant.optional().meta({
      description: 'When a scheduled message leaves; absent when nobody knows',
      examples: [],
    }),
    reason: z
      .enum(heldReasons)
      .optional()
      .meta({ description: `Why it is scheduled although the request named no time. ${whyHeld}`, examples: [] }),
    type: MessageType.optional(),
    ...flags,
    ...personFields('chat_jid', 'Address under which the chat is stored'),
  })
  .meta({ id: 'SentMessage' })
