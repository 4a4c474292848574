import type { WireNode } from '../../wire/node.ts'
import { child, children, contentText, jidAttr, textAttr } from '../../wire/node-access.ts'
import { accountJid } from '../../world/address.ts'
import { announceAbout } from '../notifications/people.ts'
import { StanzaError } from '../stanza-error.ts'
import type { IqNamespace, IqRequest } from './iq-handler.ts'

/** WhatsApp takes at most this many characters of about text (what its apps let people type). */
export const maxAboutLength = 139

const listTypes = ['contacts', 'blacklist', 'whitelist'] as const

/** The about text, and who sees status posts. Setting the text: seen in two clients (whatsmeow of old, baileys chats.js updateProfileStatus).
 *  `get privacy`: one client (whatsmeow broadcast.go GetStatusPrivacy); `set privacy` mirrors its answer, inferred. */
export const status: IqNamespace = {
  xmlns: 'status',
  handlers: { 'set status': setAbout, 'get privacy': getPrivacy, 'set privacy': setPrivacy },
}

function setAbout({ world, from, node }: IqRequest): undefined {
  const text = contentText(child(node, 'status')) ?? ''
  if ([...text].length > maxAboutLength) throw new StanzaError(406, 'not-acceptable')
  from.account.about = { text, at: world.clock.now() }
  announceAbout(world, from)
}

function getPrivacy({ world, from }: IqRequest): readonly WireNode[] {
  const { statusPrivacy } = from.account.person
  const lists = listTypes
    .filter((type) => type === statusPrivacy.type || (type !== 'contacts' && statusPrivacy[type].length > 0))
    .map((type): WireNode => {
      const lids = type === 'contacts' ? [] : statusPrivacy[type]
      const content = lids.flatMap((lid): WireNode[] => {
        const other = world.account(`${lid}@lid`)
        return other ? [{ tag: 'user', attrs: { jid: accountJid(other, 'lid') } }] : []
      })
      return { tag: 'list', attrs: { type, ...(type === statusPrivacy.type ? { default: 'true' } : {}) }, content }
    })
  return [{ tag: 'privacy', attrs: {}, content: lists }]
}

function setPrivacy({ world, from, node }: IqRequest): undefined {
  const list = child(child(node, 'privacy'), 'list')
  const type = listTypes.find((one) => one === textAttr(list, 'type'))
  if (!list || !type) throw new StanzaError(400, 'bad-request')
  const { statusPrivacy } = from.account.person
  statusPrivacy.type = type
  if (type === 'contacts') return
  statusPrivacy[type] = children(list, 'user').map((user) => {
    const jid = jidAttr(user, 'jid')
    const other = jid && world.account(jid)
    if (!other) throw new StanzaError(404, 'item-not-found')
    return other.lid
  })
}
