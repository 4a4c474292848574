import type { Refusals } from '../errors/refusals.ts'

/** What WhatsApp's answers to a request about a person mean. Seen in: whatsmeow user.go and privacysettings.go. */
export const personRefusals = {
  401: 'forbidden_by_whatsapp',
  403: 'forbidden_by_whatsapp',
  404: 'not_on_whatsapp',
} as const satisfies Refusals

/** The same about the own account. */
export const ownRefusals = {
  401: 'forbidden_by_whatsapp',
  403: 'forbidden_by_whatsapp',
  409: 'settings_changed',
} as const satisfies Refusals

/** The same for codes that lead to somebody. */
export const codeRefusals = { 404: 'code_not_found', 410: 'code_not_found' } as const satisfies Refusals
