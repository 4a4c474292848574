import type { Account } from '@switchboard/engine'
import {
  type AcceptedPairing,
  acceptPairing,
  type BinaryNode,
  pairingRefusal,
  UnprovenPairing,
} from '@switchboard/link'
import { prefixed } from '@switchboard/signal'
import { credsWrite } from '../credentials/creds-codec.ts'
import { type DeviceCreds, deviceKeys } from '../credentials/device-creds.ts'
import { forgetFormerLink } from '../credentials/forget-former-link.ts'
import type { SessionContext } from '../session/session-context.ts'

/** The account that the credentials are linked to. */
export function accountOf(
  { me, account, platform, username }: DeviceCreds,
  businessName?: string,
): Account | undefined {
  if (!me || !account) return undefined
  return {
    jid: me.id,
    ...(me.lid ? { lid: me.lid } : {}),
    ...(me.name ? { pushName: me.name } : {}),
    ...(platform ? { platform } : {}),
    ...(businessName ? { businessName } : {}),
    ...(username !== undefined && { username }),
  }
}

/** Completes a pairing: checked, then durable, then reported to the host, and only then answered. @throws UnprovenPairing, NotStoredError */
export async function linkAccount(node: BinaryNode, context: SessionContext): Promise<void> {
  const { creds, store, host, wire } = context
  try {
    const pairing = acceptPairing(node, deviceKeys(creds))
    const { reply, businessName } = pairing
    noteLink(pairing, creds)
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

/** What the credentials of a linked device hold (seen in: baileys validate-connection.js `configureSuccessfulPairing`). */
function noteLink({ jid, lid, account, platform, businessName }: AcceptedPairing, creds: DeviceCreds): void {
  const identifierKey = prefixed(account.accountSignatureKey)
  const identity = { identifier: { name: lid ?? '', deviceId: 0 }, identifierKey }
  creds.account = account
  creds.me = { id: jid, ...(businessName !== undefined && { name: businessName }), ...(lid !== undefined && { lid }) }
  creds.signalIdentities = [...(creds.signalIdentities ?? []), identity]
  if (platform !== undefined) creds.platform = platform
  creds.pairingCode = undefined
  creds.registered = true
  delete creds.username
}
