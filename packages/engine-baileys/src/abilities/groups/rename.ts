import type { AbilityParts } from '../ability-parts.ts'
import { groupRequest } from './group-request.ts'

/** Seen in: whatsmeow group.go `SetGroupName`, baileys groups.js `groupUpdateSubject`. */
export async function rename({ context }: AbilityParts, group: string, name: string): Promise<void> {
  await groupRequest(context.wire, 'set', group, { tag: 'subject', attrs: {}, content: Buffer.from(name) })
}
