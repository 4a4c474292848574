import type { OpenedMutation } from './open-patch.ts'

// The one word of its index, as JSON. Seen in: whatsmeow appstate/keys.go `IndexNCTSaltSync`.
const index = Buffer.from(JSON.stringify(['nct_salt_sync']))

/** Whether a record is the salt of tokens for people who gave us none. */
export const isContactSalt = ({ data }: OpenedMutation): boolean => data.index !== undefined && index.equals(data.index)

/** The salt; undefined when it is taken away. */
export const saltIn = ({ operation, data }: OpenedMutation): Uint8Array | undefined =>
  operation === 'set' ? data.value?.nctSaltSyncAction?.salt : undefined
