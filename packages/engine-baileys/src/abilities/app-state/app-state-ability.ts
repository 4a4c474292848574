import type { AppState } from '@switchboard/engine'
import { serverJid } from '../../wire/nodes.ts'
import { type Acts, defineAbility } from '../define-ability.ts'

const acts: Acts<AppState> = {
  sync: ({ appState: state }, collection, how) => state.sync(collection, how),
  /** Seen in: whatsmeow appstate.go `MarkNotDirty`, baileys chats.js `cleanDirtyBits`. */
  async markClean({ context }, type, at) {
    const clean = [{ tag: 'clean', attrs: { type, timestamp: String(Math.floor(at / 1000)) } }]
    const attrs = { to: serverJid, type: 'set', xmlns: 'urn:xmpp:whatsapp:dirty' }
    await context.wire.query({ tag: 'iq', attrs, content: clean })
  },
}

export const appState = defineAbility('appState', acts)
