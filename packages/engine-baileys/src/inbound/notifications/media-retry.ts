import type { BinaryNode } from '@switchboard/link'
import type { SealedGcm } from '../../shared/aes-gcm.ts'
import { childBytes, childOf } from '../../wire/nodes.ts'
import { addressOf } from '../message-envelope.ts'
import { itemBase, type Notification } from './notification.ts'

/**
 * The own phone stored the file of a message again, or says that it cannot. Seen in: whatsmeow mediaretry.go `parseMediaRetryNotification`,
 * baileys messages-media.js `decodeMediaRetryNode`.
 */
export const mediaRetry: Notification = {
  type: 'mediaretry',
  async items(node, book) {
    const messageId = node.attrs['id']
    const { jid, participant, from_me } = childOf(node, 'rmr')?.attrs ?? {}
    if (!messageId || !jid) return []
    const sealed = sealedIn(node)
    const errorCode = errorIn(node)
    return [
      {
        kind: 'media_retry',
        // The stanza has the id of the message, which can be asked for more than once.
        ...itemBase(node, `mediaretry ${sealed ? Buffer.from(sealed.iv).toString('hex') : node.attrs['t']}`),
        messageId,
        chat: await addressOf(jid, undefined, book),
        ...(participant && { sender: await addressOf(participant, undefined, book) }),
        fromMe: from_me === 'true',
        ...(errorCode !== undefined && { errorCode }),
        ...(sealed && { sealed }),
      },
    ]
  },
}

function sealedIn(node: BinaryNode): SealedGcm | undefined {
  const encrypt = childOf(node, 'encrypt')
  const [payload, iv] = [childBytes(encrypt, 'enc_p'), childBytes(encrypt, 'enc_iv')]
  return payload && iv ? { payload, iv } : undefined
}

function errorIn(node: BinaryNode): number | undefined {
  const error = childOf(node, 'error')
  const code = Number(error?.attrs['code'])
  return error && (Number.isInteger(code) ? code : 0)
}
