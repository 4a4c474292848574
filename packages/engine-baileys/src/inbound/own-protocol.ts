import { inflateSync } from 'node:zlib'
import { type SharedKeys, takeSharedKeys } from '../app-state/app-state-keys.ts'
import { noticeOf, protocolTypes } from '../content/protocol-types.ts'
import type { HistorySyncNotification, Message } from '../generated/messages.ts'
import { codec } from '../proto/codec.ts'
import type { SessionContext } from '../session/session-context.ts'
import type { RatchetSteps } from '../signal/ratchet-steps.ts'
import type { MessageEnvelope } from './message-envelope.ts'

const mappingPayload = codec('LIDMigrationMappingSyncPayload')

// Only the own account's devices may send these; from anybody else they would be an attack (seen in: whatsmeow message.go).
const selfOnly: ReadonlySet<number> = new Set([
  protocolTypes.historySyncNotification,
  protocolTypes.appStateSyncKeyShare,
  protocolTypes.appStateSyncKeyRequest,
  protocolTypes.initialSecurityNotificationSettingSync,
  protocolTypes.appStateFatalExceptionNotification,
  protocolTypes.lidMigrationMappingSync,
  protocolTypes.peerDataOperationRequest,
  protocolTypes.peerDataOperationResponse,
])

/** What a message between the own account's devices asks for. */
export type OwnProtocol =
  | { readonly kind: 'history'; readonly notification: HistorySyncNotification }
  | { readonly kind: 'app_state_keys'; readonly shared: SharedKeys }
  | { readonly kind: 'app_state_copy'; readonly snapshot: Uint8Array; readonly compressed: boolean }
  | { readonly kind: 'done' }

/** Takes care of messages that devices of one account send each other; their effects join `steps`. Undefined: a message for people. */
export async function takeOwnProtocol(
  message: Message,
  envelope: MessageEnvelope,
  steps: RatchetSteps,
  context: SessionContext,
): Promise<OwnProtocol | undefined> {
  const protocol = message.protocolMessage
  const type = protocol?.type
  if (!protocol || type === undefined || !selfOnly.has(type)) return envelope.isPeer ? { kind: 'done' } : undefined
  if (!envelope.fromMe) {
    context.logger.warn({ device: context.options.deviceId, type: noticeOf(type) }, 'dropped a forged device message')
    return { kind: 'done' }
  }
  if (protocol.historySyncNotification) return { kind: 'history', notification: protocol.historySyncNotification }
  if (protocol.appStateSyncKeyShare?.keys?.length) {
    return { kind: 'app_state_keys', shared: takeSharedKeys(protocol.appStateSyncKeyShare.keys, steps, context) }
  }
  for (const result of protocol.peerDataOperationRequestResponseMessage?.peerDataOperationResult ?? []) {
    const { collectionSnapshot, isCompressed = false } = result.syncdSnapshotFatalRecoveryResponse ?? {}
    if (collectionSnapshot) {
      return { kind: 'app_state_copy', snapshot: Uint8Array.from(collectionSnapshot), compressed: isCompressed }
    }
  }
  const mappings = protocol.lidMigrationMappingSyncMessage?.encodedMappingPayload
  if (mappings) await takeMappings(mappings, steps, context)
  return { kind: 'done' }
}

const maxMappingBytes = 16 * 1024 * 1024

async function takeMappings(payload: Uint8Array, steps: RatchetSteps, context: SessionContext): Promise<void> {
  const bytes = inflateSync(payload, { maxOutputLength: maxMappingBytes })
  const { pnToLidMappings = [] } = mappingPayload.decode(bytes)
  for (const { pn, latestLid, assignedLid } of pnToLidMappings) {
    steps.add(...(await context.signal.book.learn(String(pn), String(latestLid ?? assignedLid))))
  }
}
