import type { Refusals } from '../errors/refusals.ts'

/** What WhatsApp's answers to a request about a group mean. Seen in: whatsmeow group.go (ErrGroupInviteLinkUnauthorized 401, ErrNotInGroup 403,
 *  ErrGroupNotFound 404) and its notes on 409 for a description that changed in between. */
export const groupRefusals = {
  401: 'not_group_admin',
  403: 'forbidden_by_whatsapp',
  404: 'group_not_found',
  409: 'group_changed',
  419: 'group_full',
} as const satisfies Refusals

/** The same for somebody who wants to join. Seen in: whatsmeow group.go (ErrInviteLinkInvalid 406, ErrInviteLinkRevoked 410). */
export const invitationRefusals = {
  401: 'forbidden_by_whatsapp',
  403: 'forbidden_by_whatsapp',
  404: 'invitation_not_found',
  406: 'invitation_not_found',
  409: 'already_member',
  410: 'invitation_gone',
  419: 'group_full',
} as const satisfies Refusals
