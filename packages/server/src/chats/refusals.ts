import type { Refusals } from '../errors/refusals.ts'

/** What WhatsApp's answers to a change of what the account's devices share mean. 409: others change it all the time. Seen in: whatsmeow appstate.go. */
export const settingRefusals = { 409: 'settings_changed' } as const satisfies Refusals
