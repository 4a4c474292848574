import type { z } from 'zod'
import type { BridgeView } from '../../chatwoot/chatwoot.ts'
import type { BridgeOptions } from '../../chatwoot/options.ts'
import type { ChatwootBridge, ChatwootOptions } from '../../schemas/chatwoot.ts'

type Given = {
  readonly [Name in keyof z.output<typeof ChatwootOptions>]?: z.output<typeof ChatwootOptions>[Name] | undefined
}

/** Options that are set, by their names in the code. */
export const givenOptions = (options: Given): Partial<BridgeOptions> => {
  const { api_messages, sign_messages, mark_read, voice_notes, max_file_bytes, ...same } = options
  const others = {
    ...{ apiMessages: api_messages, signMessages: sign_messages, markRead: mark_read },
    ...{ voiceNotes: voice_notes, maxFileBytes: max_file_bytes },
  }
  const all = Object.entries({ ...same, ...others }).filter(([, value]) => value !== undefined)
  return Object.fromEntries(all) as Partial<BridgeOptions>
}

const optionsView = (options: BridgeOptions): z.input<typeof ChatwootOptions> => {
  const { apiMessages, signMessages, markRead, voiceNotes, maxFileBytes, ...same } = options
  return {
    ...same,
    ...{ api_messages: apiMessages, sign_messages: signMessages, mark_read: markRead },
    ...{ voice_notes: voiceNotes, max_file_bytes: maxFileBytes },
  }
}

export const bridgeView = (bridge: BridgeView): z.input<typeof ChatwootBridge> => ({
  state: bridge.state,
  paused_reason: bridge.paused,
  url: bridge.url,
  account_id: bridge.accountId,
  inbox_id: bridge.inboxId,
  inbox_name: bridge.inboxName,
  options: optionsView(bridge.options),
  cursor: { seq: bridge.position, last_seq: bridge.lastEvent, lag: bridge.lastEvent - bridge.position },
  waiting_messages: bridge.waiting,
  counts: { to_chatwoot: bridge.toChatwoot, to_whatsapp: bridge.toWhatsApp, failed: bridge.failed },
  last_error: bridge.lastError === null ? null : { message: bridge.lastError, at: bridge.lastErrorAt ?? 0 },
})
