import { z } from 'zod'
import { Instant } from './instant.ts'
import { words } from './text.ts'

export const ChatwootUrl = words(2048).meta({
  id: 'ChatwootUrl',
  description: 'Address of the Chatwoot server',
  examples: ['https://app.chatwoot.com'],
})

export const ChatwootToken = words(512).meta({
  description:
    'Access token of an administrator, from the profile settings of Chatwoot. It is stored encrypted and never shown.',
  examples: ['3fK8cQ1ZrT5vXw7yA9bD2eG4'],
})

const mebibyte = 1024 * 1024

/** What the owner of a bridge decides. */
export const ChatwootOptions = z
  .object({
    conversations: z
      .enum(['new', 'reopen'])
      .describe('What a message does when the conversation is resolved: it begins a new one, or opens it again'),
    reactions: z.enum(['note', 'reply', 'off']).describe('A reaction is a private note, a message, or nothing'),
    deletions: z
      .enum(['delete', 'note', 'off'])
      .describe('A message that is taken back is deleted in Chatwoot, gets a private note, or stays'),
    groups: z.boolean().describe('Carry over groups too'),
    api_messages: z.boolean().describe('Show what other programs send through this API'),
    sign_messages: z.boolean().describe('Put the name of the agent in front of what they write'),
    mark_read: z.boolean().describe('Mark the chat as read when an agent answers'),
    voice_notes: z.boolean().describe('Send audio files of agents as voice notes'),
    max_file_bytes: z
      .int()
      .min(1024)
      .max(1024 * mebibyte)
      .describe('Larger files are named and not carried over'),
  })
  .meta({ id: 'ChatwootOptions' })

/** The bridge of a device to Chatwoot. */
export const ChatwootBridge = z
  .object({
    state: z
      .enum(['active', 'waiting', 'paused'])
      .describe('`waiting`: Chatwoot cannot be reached now, and is tried again. `paused`: nothing is carried over'),
    paused_reason: z
      .string()
      .nullable()
      .describe(
        'Why it is paused. `owner`: by `PATCH`. `token_refused`: the token is not valid any more, set another one. `inbox_not_found`: the inbox or account is gone, set the bridge up again',
      )
      .meta({ examples: [null] }),
    url: z.string().meta({ examples: ['https://app.chatwoot.com'] }),
    account_id: z.int(),
    inbox_id: z.int(),
    inbox_name: z.string().meta({ examples: ['WhatsApp'] }),
    options: ChatwootOptions,
    cursor: z
      .object({
        seq: z.int().describe('Up to this event the log of the device has been carried over'),
        last_seq: z.int().describe('The newest event of the device'),
        lag: z.int().describe('How many are between the two'),
      })
      .describe('How far the bridge is'),
    waiting_messages: z.int().describe('Messages of agents that are not sent yet'),
    counts: z.object({
      to_chatwoot: z.int().describe('Messages posted in Chatwoot'),
      to_whatsapp: z.int().describe('Messages of agents handed over to be sent'),
      failed: z.int().describe('Events and messages that could not be carried over'),
    }),
    last_error: z
      .object({
        message: z.string().meta({ examples: ['Chatwoot cannot be reached: connection refused'] }),
        at: Instant,
      })
      .nullable(),
  })
  .meta({ id: 'ChatwootBridge' })
