import type { Account } from '@switchboard/engine'
import type { AuthenticationCreds, BinaryNode } from 'baileys'
import { credsWrite } from '../credentials/creds-codec.ts'
import { forgetFormerLink } from '../credentials/forget-former-link.ts'
import type { SessionContext } from '../session/session-context.ts'
import { acceptPairing, pairingRefusal, UnprovenPairing } from './pairing.ts'

/** The account that the credentials are linked to. */
export function accountOf({ me, account, platform }: AuthenticationCreds, businessName?: string): Account | undefined {
  if (!me || !account) return undefined
  return {
    jid: me.id,
    ...(me.lid ? { lid: me.lid } : {}),
    ...(me.name ? { pushName: me.name } : {}),
    ...(platform ? { platform } : {}),
    ...(businessName ? { businessName } : {}),
  }
}

/** Completes a pairing: checked, then durable, then reported to the host, and only then answered. @throws UnprovenPairing, NotStoredError */
export async function linkAccount(node: BinaryNode, context: SessionContext): Promise<void> {
  const { creds, store, host, wire } = context
  try {
    const { reply, creds: update } = acceptPairing(node, creds)
    const businessName = update.me?.name
    Object.assign(creds, update, { pairingCode: undefined, registered: true })
    await store.save([...(await forgetFormerLink(store)), credsWrite(creds)])
    await host.paired(accountOf(creds, businessName)!)
    await wire.send(reply)
  } catch (error) {
    const text = error instanceof UnprovenPairing ? error.text : 'internal-error'
    // The caller gets the first failure, whether this answer reaches WhatsApp or not.
    await wire.send(pairingRefusal(node, text)).catch(() => {})
    throw error
  }
}
