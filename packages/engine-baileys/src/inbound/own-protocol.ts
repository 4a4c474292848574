import { inflateSync } from 'node:zlib'
import { proto } from 'baileys'
import { credsWrite } from '../credentials/creds-codec.ts'
import { keyWrite } from '../credentials/key-store.ts'
import type { SessionContext } from '../session/session-context.ts'
import type { RatchetSteps } from '../signal/ratchet-steps.ts'
import type { MessageEnvelope } from './message-envelope.ts'

const { Type } = proto.Message.ProtocolMessage

// Only the own account's devices may send these; from anybody else they would be an attack (seen in: whatsmeow message.go).
const selfOnly: ReadonlySet<proto.Message.ProtocolMessage.Type> = new Set([
  Type.HISTORY_SYNC_NOTIFICATION,
  Type.APP_STATE_SYNC_KEY_SHARE,
  Type.APP_STATE_SYNC_KEY_REQUEST,
  Type.INITIAL_SECURITY_NOTIFICATION_SETTING_SYNC,
  Type.APP_STATE_FATAL_EXCEPTION_NOTIFICATION,
  Type.LID_MIGRATION_MAPPING_SYNC,
  Type.PEER_DATA_OPERATION_REQUEST_MESSAGE,
  Type.PEER_DATA_OPERATION_REQUEST_RESPONSE_MESSAGE,
])

/** What a message between the own account's devices asks for. */
export type OwnProtocol =
  | { readonly kind: 'history'; readonly notification: proto.Message.IHistorySyncNotification }
  | { readonly kind: 'app_state_keys' }
  | { readonly kind: 'done' }

/** Takes care of messages that devices of one account send each other; their effects join `steps`. Undefined: a message for people. */
export async function takeOwnProtocol(
  message: proto.Message,
  envelope: MessageEnvelope,
  steps: RatchetSteps,
  context: SessionContext,
): Promise<OwnProtocol | undefined> {
  const protocol = message.protocolMessage
  const type = protocol?.type
  if (!protocol || type == null || !selfOnly.has(type)) return envelope.isPeer ? { kind: 'done' } : undefined
  if (!envelope.fromMe) {
    context.logger.warn({ device: context.options.deviceId, type: Type[type] }, 'dropped a forged device message')
    return { kind: 'done' }
  }
  if (protocol.historySyncNotification) return { kind: 'history', notification: protocol.historySyncNotification }
  if (protocol.appStateSyncKeyShare?.keys?.length) {
    takeAppStateKeys(protocol.appStateSyncKeyShare.keys, steps, context)
    return { kind: 'app_state_keys' }
  }
  const mappings = protocol.lidMigrationMappingSyncMessage?.encodedMappingPayload
  if (mappings) await takeMappings(mappings, steps, context)
  return { kind: 'done' }
}

function takeAppStateKeys(keys: proto.Message.IAppStateSyncKey[], steps: RatchetSteps, context: SessionContext): void {
  for (const { keyId, keyData } of keys) {
    if (!keyId?.keyId || !keyData) continue
    const id = Buffer.from(keyId.keyId).toString('base64')
    steps.add(keyWrite('app-state-sync-key', id, proto.Message.AppStateSyncKeyData.create(keyData)))
    context.creds.myAppStateKeyId = id
  }
  steps.add(credsWrite(context.creds))
}

const maxMappingBytes = 16 * 1024 * 1024

async function takeMappings(payload: Uint8Array, steps: RatchetSteps, context: SessionContext): Promise<void> {
  const bytes = inflateSync(payload, { maxOutputLength: maxMappingBytes })
  const { pnToLidMappings } = proto.LIDMigrationMappingSyncPayload.decode(bytes)
  for (const { pn, latestLid, assignedLid } of pnToLidMappings) {
    steps.add(...(await context.signal.book.learn(String(pn), String(latestLid ?? assignedLid))))
  }
}
