import { randomBytes } from 'node:crypto'
import { SignalError } from '@switchboard/signal'
import type { WireNode } from '../../wire/node.ts'
import { child, contentBytes, textAttr } from '../../wire/node-access.ts'
import { Message } from '../../wire/proto/index.ts'
import type { Device } from '../../world/account.ts'
import type { Addressing } from '../../world/address.ts'
import type { DirectOutbox } from '../direct-outbox.ts'
import { unpadMessage } from '../message-padding.ts'
import { type PhoneContext, signalAddress } from '../phone-context.ts'

const keyBytes = 32

/** A fresh key for a call, sealed for each device that is called: `<destination><to jid><enc/></to>…`.
 *  Inferred from what clients receive (whatsmeow hands the offer on as it is); none of them calls. */
export async function sealedCallKeys(
  outbox: DirectOutbox,
  devices: readonly Device[],
  addressing: Addressing,
): Promise<WireNode[]> {
  await outbox.ensureSessions(devices)
  const message: Message = { call: { callKey: new Uint8Array(randomBytes(keyBytes)) } }
  const content = outbox.copies(devices, message, addressing)
  return content.length > 0 ? [{ tag: 'destination', attrs: {}, content }] : []
}

/** Whether an offer carries a key that this phone can open. What is wrong with it is a violation of its sender. */
export function opensCallKey(ctx: PhoneContext, from: Device, offer: WireNode): boolean {
  const enc = child(offer, 'enc')
  const type = textAttr(enc, 'type')
  const sealed = contentBytes(enc)
  if (!sealed || (type !== 'pkmsg' && type !== 'msg')) return false
  let flaw: string | undefined
  try {
    ctx.signal.decrypt(signalAddress(from), type, sealed, ({ plaintext, identityKey }) => {
      flaw = flawOf(from, plaintext, identityKey)
    })
  } catch (error) {
    if (!(error instanceof SignalError)) throw error
    // Handed over twice, or sealed for a phone that was reinstalled since: nobody's fault.
    return error.code === 'duplicate_message'
  }
  if (flaw !== undefined) ctx.violation('call_key', flaw, from)
  return flaw === undefined
}

function flawOf(from: Device, padded: Uint8Array, identityKey: Uint8Array | undefined): string | undefined {
  if (identityKey && Buffer.compare(identityKey, from.identityKey) !== 0) return 'the identity key is another'
  const plaintext = unpadMessage(padded)
  const key = plaintext && Message.decode(plaintext).call?.callKey
  return key?.length === keyBytes ? undefined : 'there is no key of 32 bytes in it'
}
