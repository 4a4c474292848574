import { type AskedAgain, bareJid, EngineError, isGroupJid } from '@switchboard/engine'
import { sealRetryRequest } from '../../media/media-retry.ts'
import { chatAddress } from '../../outbound/chat-address.ts'
import type { AbilityParts } from '../ability-parts.ts'

/**
 * Asks the own phone to store the file of a message again: a receipt to the own account that says which message, sealed with the key of its file.
 * Seen in: whatsmeow mediaretry.go `SendMediaRetryReceipt`, baileys messages-media.js `encryptMediaRetryRequest`.
 */
export async function askAgain({ context }: AbilityParts, message: AskedAgain): Promise<void> {
  const { id, chat, sender, fromMe, key } = message
  const own = bareJid(context.creds.me?.id ?? '')
  if (!own) throw new EngineError('not_connected', 'the session is not linked')
  const sealed = sealRetryRequest(key, id)
  await context.wire.send({
    tag: 'receipt',
    attrs: { id, to: own, type: 'server-error' },
    content: [
      {
        tag: 'encrypt',
        attrs: {},
        content: [
          { tag: 'enc_p', attrs: {}, content: sealed.payload },
          { tag: 'enc_iv', attrs: {}, content: sealed.iv },
        ],
      },
      {
        tag: 'rmr',
        attrs: {
          jid: await chatAddress(chat, context),
          from_me: String(fromMe),
          ...(isGroupJid(chat) || chat.endsWith('@broadcast')
            ? { participant: await chatAddress(sender, context) }
            : {}),
        },
      },
    ],
  })
}
