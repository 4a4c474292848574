import { LidMigrationPayload, type ProtocolMessage, ProtocolMessageType } from '../../wire/proto/index.ts'
import type { PhoneContext } from '../phone-context.ts'

/** Tells a companion which hidden ids are behind the numbers that this person knows, when chats move from numbers to hidden ids.
 *  Seen in two clients (whatsmeow message.go storeLIDSyncMessage, baileys process-message.js). */
export function lidMappings({ world, account, chats }: PhoneContext): ProtocolMessage {
  const partners = chats.list().flatMap(({ chat }) => world.account(chat) ?? [])
  const people = new Set([...partners, ...account.peers, account])
  const pnToLidMappings = [...people].map(({ phone, lid }) => ({ pn: Number(phone), assignedLid: Number(lid) }))
  const payload = { pnToLidMappings, chatDbMigrationTimestamp: world.seconds() }
  return {
    type: ProtocolMessageType.lidMigrationMappingSync,
    lidMigrationMappingSyncMessage: { encodedMappingPayload: LidMigrationPayload.encode(payload) },
  }
}
