import { mexRequest } from '../../wire/mex-request.ts'
import type { AbilityParts } from '../ability-parts.ts'

// Seen in: baileys Types/Mex.js `QueryIds`, with the answers named in whatsmeow newsletter.go.
const queries = {
  mute: { id: '29766401636284406', answer: 'xwa2_newsletter_mute_v2' },
  unmute: { id: '9864994326891137', answer: 'xwa2_newsletter_unmute_v2' },
} as const

/** Mutes a channel that the account follows, or lets it be heard again. */
export async function mute({ context }: AbilityParts, channel: string, muted: boolean): Promise<void> {
  await mexRequest(context.wire, queries[muted ? 'mute' : 'unmute'], { newsletter_id: channel })
}
