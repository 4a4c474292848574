import { chatAddress } from '../../outbound/chat-address.ts'
import { defineAbility } from '../define-ability.ts'

export const presence = defineAbility('presence', {
  setAvailable: ({ presence }, available) => presence.setAvailable(available),

  // Seen in: whatsmeow presence.go `SendChatPresence`, baileys chats.js `sendPresenceUpdate`.
  async setChatState({ context }, chat, state) {
    const to = await chatAddress(chat, context)
    const { me } = context.creds
    const from = (to.endsWith('@lid') ? me?.lid : undefined) ?? me?.id ?? ''
    const shown = state === 'recording' ? { tag: 'composing', attrs: { media: 'audio' } } : { tag: state, attrs: {} }
    await context.wire.send({ tag: 'chatstate', attrs: { from, to }, content: [shown] })
  },

  // Seen in: whatsmeow presence.go `SubscribePresence`, baileys chats.js `presenceSubscribe`.
  async subscribe({ context, tokens }, jid) {
    const to = await chatAddress(jid, context)
    const content = await tokens.nodesFor(to)
    await context.wire.send({ tag: 'presence', attrs: { to, type: 'subscribe' }, content })
  },
})
