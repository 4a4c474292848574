import { bareJid, EngineError } from '@switchboard/engine'
import { defineAbility } from '../define-ability.ts'

export const calls = defineAbility('calls', {
  // Seen in: whatsmeow call.go `RejectCall`, baileys messages-recv.js `rejectCall`, which waits for the acknowledgement.
  async reject({ context }, { id, creator }) {
    const { me } = context.creds
    const own = creator.endsWith('@lid') ? (me?.lid ?? me?.id) : me?.id
    const answer = await context.wire.query({
      tag: 'call',
      attrs: { from: own ?? '', to: bareJid(creator) },
      content: [{ tag: 'reject', attrs: { 'call-id': id, 'call-creator': creator, count: '0' } }],
    })
    const { error } = answer.attrs
    if (error) throw new EngineError('refused', 'WhatsApp refused to end the call', { remoteCode: Number(error) })
  },
})
