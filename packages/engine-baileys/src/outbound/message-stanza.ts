import type { BinaryNode } from '@switchboard/link'
import { deviceIdentityNode } from '../session/device-identity.ts'
import type { SessionContext } from '../session/session-context.ts'
import { type Ciphertext, encNode } from './encrypt-for-devices.ts'

/** `<participants>` with one ciphertext for each device; nothing when there are none. */
export function participantsNode(all: readonly Ciphertext[], encAttrs: Readonly<Record<string, string>>): BinaryNode[] {
  if (all.length === 0) return []
  return [{ tag: 'participants', attrs: {}, content: all.map((one) => participantNode(one, encAttrs)) }]
}

export const participantNode = (one: Ciphertext, encAttrs: Readonly<Record<string, string>>): BinaryNode => ({
  tag: 'to',
  attrs: { jid: one.jid },
  content: [encNode(one, encAttrs)],
})

/** The proof of who we are, which goes along with every first message to a device. */
export function identityForNewSessions(
  all: readonly Pick<Ciphertext, 'type'>[],
  { creds }: SessionContext,
): BinaryNode[] {
  return all.some(({ type }) => type === 'pkmsg') ? deviceIdentityNode(creds) : []
}
