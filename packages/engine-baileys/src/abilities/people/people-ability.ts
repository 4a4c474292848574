import { EngineError, type PictureAnswer } from '@switchboard/engine'
import { usync } from '../../outbound/usync.ts'
import { childOf, serverJid } from '../../wire/nodes.ts'
import { defineAbility } from '../define-ability.ts'
import { info } from './person-info.ts'

/** WhatsApp's codes for a picture that is not there or not shown: not authorized, not found. Seen in: whatsmeow user.go `GetProfilePictureInfo`. */
const noPicture = new Set([401, 404])

export const people = defineAbility('people', {
  info,

  // Seen in: whatsmeow user.go `GetProfilePictureInfo`, baileys chats.js `profilePictureUrl`.
  async picture({ context, tokens }, jid, { preview, known }): Promise<PictureAnswer> {
    const attrs = { query: 'url', type: preview ? 'preview' : 'image', ...(known ? { id: known } : {}) }
    const proof = await tokens.nodesFor(jid)
    try {
      const answer = await context.wire.query({
        tag: 'iq',
        attrs: { to: serverJid, target: jid, type: 'get', xmlns: 'w:profile:picture' },
        content: [{ tag: 'picture', attrs, content: proof }],
      })
      const { id, url, status, direct_path: directPath = '', type } = childOf(answer, 'picture')?.attrs ?? {}
      if (status === '304') return { state: 'unchanged' }
      if (!id || !url) return { state: 'none' }
      return { state: 'found', id, url, directPath, kind: type === 'preview' ? 'preview' : 'image' }
    } catch (error) {
      if (error instanceof EngineError && noPicture.has(error.remoteCode ?? 0)) return { state: 'none' }
      throw error
    }
  },

  // Seen in: whatsmeow user.go `GetUserDevices`, baileys WAUSync.
  async devices({ context }, person) {
    const [user] = await usync(context.wire, { context: 'interactive', protocols: ['devices', 'lid'], jids: [person] })
    const [name, server] = person.split('@')
    return (user?.devices ?? []).map((device) => (device === 0 ? person : `${name}:${device}@${server}`))
  },
})
