import { messageCodec } from './message-codec.ts'

/** Certificate of a business' name. Seen in: whatsmeow waVnameCert, baileys WAProto. */
export const VerifiedNameCertificate = messageCodec<{
  /** Encoded {@link VerifiedNameDetails}. */
  details?: Uint8Array
  signature?: Uint8Array
  serverSignature?: Uint8Array
}>('VerifiedNameCertificate')

export const VerifiedNameDetails = messageCodec<{
  serial?: number
  issuer?: string
  verifiedName?: string
  /** Seconds. */
  issueTime?: number
}>('VerifiedNameCertificate.Details')

/** Which hidden id is behind which number. Seen in: whatsmeow waLidMigrationSyncPayload, baileys WAProto. */
export const LidMigrationPayload = messageCodec<{
  pnToLidMappings?: { pn?: number; assignedLid?: number; latestLid?: number }[]
  /** Seconds. */
  chatDbMigrationTimestamp?: number
}>('LIDMigrationMappingSyncPayload')
