import type { BinaryNode } from '@switchboard/link'
import { credsWrite } from '../credentials/creds-codec.ts'
import { keyBundleType, numberPreKeys, preKeyNode, signedPreKeyNode } from '../credentials/pre-keys.ts'
import { deviceIdentityNode } from '../session/device-identity.ts'
import type { SessionContext } from '../session/session-context.ts'
import { bigEndian } from '../wire/nodes.ts'
import { nack, sendAck } from './acknowledge.ts'
import type { MessageEnvelope } from './message-envelope.ts'

/** Further requests would not help: other clients stop here too (seen in: baileys `maxMsgRetryCount`, whatsmeow retry.go). */
const maxRetries = 5

/**
 * Asks the sender to encrypt a message again. From the second request on, and at once when the session is lost, our keys go along
 * so that the sender can begin a new session.
 */
export async function requestRetry(
  node: BinaryNode,
  envelope: MessageEnvelope,
  sessionLost: boolean,
  context: SessionContext,
): Promise<void> {
  const key = `${context.serial}|in|${envelope.id}|${envelope.author}`
  const count = (context.caches.retries.get(key) ?? 0) + 1
  if (count <= maxRetries) {
    context.caches.retries.set(key, count)
    const keys = count > 1 || sessionLost ? [await keysNode(context)] : []
    // A connection that is gone takes the acknowledgement below along: the message comes again, and is asked for again.
    await context.wire.send(retryNode(node, count, keys, context)).catch(() => {})
  }
  await sendAck(node, context, nack.unhandled)
}

// Seen in: baileys messages-recv.js `sendRetryRequest`, whatsmeow retry.go `sendRetryReceipt`.
function retryNode(node: BinaryNode, count: number, keys: BinaryNode[], { creds }: SessionContext): BinaryNode {
  const { id = '', from = '', participant, recipient, t = '' } = node.attrs
  return {
    tag: 'receipt',
    attrs: {
      id,
      type: 'retry',
      to: from,
      ...(participant ? { participant } : {}),
      ...(recipient ? { recipient } : {}),
    },
    content: [
      { tag: 'retry', attrs: { count: String(count), id, t, v: '1' } },
      { tag: 'registration', attrs: {}, content: bigEndian(creds.registrationId, 4) },
      ...keys,
    ],
  }
}

async function keysNode({ creds, preKeys, store }: SessionContext): Promise<BinaryNode> {
  const { keys, writes } = numberPreKeys(creds, await preKeys.generate(1))
  // The key must be ours for good before anybody can use it.
  await store.save([...writes, credsWrite(creds)])
  return {
    tag: 'keys',
    attrs: {},
    content: [
      { tag: 'type', attrs: {}, content: keyBundleType },
      { tag: 'identity', attrs: {}, content: creds.signedIdentityKey.public },
      ...keys.map(preKeyNode),
      signedPreKeyNode(creds),
      ...deviceIdentityNode(creds),
    ],
  }
}
