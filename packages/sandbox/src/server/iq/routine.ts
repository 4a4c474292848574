import { child, children, contentText, textAttr } from '../../wire/node-access.ts'
import type { IqNamespace } from './iq-handler.ts'

/** Keep-alive. baileys sends a `<ping/>` child, whatsmeow none. Seen in two clients. */
export const ping: IqNamespace = { xmlns: 'w:p', handlers: { get: () => undefined } }

/** Telemetry: taken and thrown away. One client (baileys socket.js sendWAMBuffer, which sends no type). */
export const stats: IqNamespace = {
  xmlns: 'w:stats',
  handlers: { 'set add': () => undefined, 'get add': () => undefined },
}

/** A client that logged in passively says it is ready: from then on it gets what waited for it. Seen in two clients (whatsmeow
 *  connectionevents.go SetPassive, baileys socket.js sendPassiveIq). The socket sees the request pass and attaches after the answer. */
export const passive: IqNamespace = {
  xmlns: 'passive',
  handlers: { 'set active': () => undefined, 'set passive': () => undefined },
}

/** The client has refetched what the server called dirty. Seen in two clients (whatsmeow appstate.go MarkNotDirty, baileys chats.js cleanDirtyBits). */
export const dirty: IqNamespace = {
  xmlns: 'urn:xmpp:whatsapp:dirty',
  handlers: {
    'set clean': ({ world, from, node }) => {
      for (const clean of children(node, 'clean')) {
        const type = textAttr(clean, 'type')
        if (type === 'groups') world.groups.clean(from)
        if (type === 'syncd_app_state') from.appStateDirtySince = undefined
      }
      return undefined
    },
  },
}

const propsHash = 'sandbox-1'

/** Server-side feature switches. None is set: every client falls back to its defaults. Seen in two clients (baileys chats.js fetchProps, zapo). */
export const abt: IqNamespace = {
  xmlns: 'abt',
  handlers: {
    'get props': ({ node }) => {
      const known = textAttr(child(node, 'props'), 'hash') ?? contentText(child(node, 'props'))
      const attrs = {
        protocol: '1',
        hash: propsHash,
        refresh: '86400',
        refresh_id: '1',
        ...(known === propsHash ? { delta_update: 'true' } : {}),
      }
      return [{ tag: 'props', attrs, content: [] }]
    },
  },
}
