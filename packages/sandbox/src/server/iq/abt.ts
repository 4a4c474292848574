import { child, contentText, textAttr } from '../../wire/node-access.ts'
import type { IqNamespace } from './iq-handler.ts'

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
