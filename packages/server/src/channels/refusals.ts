import type { Refusals } from '../errors/refusals.ts'

/** What WhatsApp's answers to a request about a channel mean. */
export const channelRefusals = {
  401: 'forbidden_by_whatsapp',
  403: 'forbidden_by_whatsapp',
  404: 'channel_not_found',
} as const satisfies Refusals

/** The same for an invitation to run it. */
export const adminInvitationRefusals = {
  401: 'forbidden_by_whatsapp',
  403: 'forbidden_by_whatsapp',
  404: 'invitation_not_found',
  409: 'already_member',
} as const satisfies Refusals

/** The same where no certain channel is meant. */
export const accountRefusals = {
  401: 'forbidden_by_whatsapp',
  403: 'forbidden_by_whatsapp',
  451: 'terms_not_accepted',
} as const satisfies Refusals
