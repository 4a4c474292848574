import type { Refusals } from '../errors/refusals.ts'

/** What WhatsApp's answers to a request about a group mean. Seen in: whatsmeow group.go (ErrGroupInviteLinkUnauthorized 401, ErrNotInGroup 403,
 *  ErrGroupNotFound 404). */
export const groupRefusals = {
  401: 'not_group_admin',
  403: 'forbidden_by_whatsapp',
  404: 'group_not_found',
} as const satisfies Refusals
